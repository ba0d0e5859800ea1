export interface Command {
  readonly says: string;
  /** Loaded when it is run, so that `npm test` does not wait for the services' packages. */
  readonly load: () => Promise<{ run(args: readonly string[]): Promise<number> }>;
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  test: { says: 'lint, typecheck and test every workspace', load: () => import('./test.ts') },
};
