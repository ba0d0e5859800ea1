import type { IncomingHttpHeaders } from 'node:http';

/** Origins whose pages may call beside our own; `*` lets every page in. */
export type AllowedOrigins = '*' | readonly string[];

/** CORS hides answers from pages of other origins; what they ask for would be done all the same, and sockets know no CORS. */
export function isOriginAllowed({ origin, host }: IncomingHttpHeaders, origins: AllowedOrigins): boolean {
  // Only browsers send one, and those always do when it matters.
  if (origin === undefined || origins === '*' || origins.includes(origin)) return true;
  return URL.parse(origin)?.host === host;
}
