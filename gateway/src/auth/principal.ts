import type { Caller } from '@order-saga/service-kit/auth';

/** Who is asking, whatever proved it. */
export type Principal = Caller;

/** What a transport knows of a caller: HTTP headers, or a socket's connection parameters under the same names. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** Where it comes from: whom we count as one client when nothing else tells. */
  readonly address: string;
}

/** Throws a public UNAUTHENTICATED error for credentials that do not hold. */
export type Authenticate = (
  credentials: Pick<Credentials, 'authorization'>,
) => Principal | Promise<Principal>;

export { maySee } from '@order-saga/service-kit/auth';
