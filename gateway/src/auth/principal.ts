/** Who is asking, whatever proved it. */
export interface Principal {
  readonly customerId: string;
  /** `own`: orders of this customer only. `all`: every order, also to place and cancel them. */
  readonly scope: 'own' | 'all';
}

/** What a transport knows of a caller: HTTP headers, or a socket's connection parameters under the same names. */
export interface Credentials {
  readonly authorization: string | undefined;
}

/** Throws a public UNAUTHENTICATED error for credentials that do not hold. */
export type Authenticate = (credentials: Credentials) => Principal | Promise<Principal>;

export const maySee = (principal: Principal, customerId: string): boolean =>
  principal.scope === 'all' || principal.customerId === customerId;
