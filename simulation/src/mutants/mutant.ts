/** A deliberate breakage: product source as it is loaded with a text of it replaced. The files themselves stay as they are. */
export interface Mutant {
  readonly name: string;
  /** The rule, as the rules of correctness are numbered, that it takes out. */
  readonly rule: string;
  readonly patches: readonly Patch[];
}

export interface Patch {
  /** From the repository's root. */
  readonly file: string;
  /** Must occur, once, or the mutant is out of date. */
  readonly find: string;
  readonly replace: string;
}
