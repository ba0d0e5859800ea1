const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's `traceparent` (W3C Trace Context, version 00) where it is valid; anything else is as none. */
export function traceparentOf(headers: Readonly<Record<string, unknown>>): string | undefined {
  const value = headers.traceparent;
  return typeof value === 'string' && TRACEPARENT.test(value) ? value : undefined;
}
