/** Who is asking, whatever proved it. */
export type Caller = {
  readonly roles: readonly string[];
  /** When what proved it ends to hold, in ms since the epoch; null: never. */
  readonly expiresAt: number | null;
} & (
  | { readonly scope: 'own'; readonly customerId: string }
  /** Every order, also to place and cancel them. `customerId` is null for someone who is no customer, as support staff may be. */
  | { readonly scope: 'all'; readonly customerId: string | null }
);

/** Whether this caller may know of, and act on, what belongs to that customer. */
export const maySee = (caller: Caller, customerId: string): boolean =>
  caller.scope === 'all' || caller.customerId === customerId;
