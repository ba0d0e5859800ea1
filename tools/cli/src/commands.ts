export interface Command {
  readonly says: string;
  /** Loaded when it is run, so that `npm test` does not wait for the services' packages. */
  readonly load: () => Promise<{ run(args: readonly string[]): Promise<number> }>;
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  start: {
    says: 'start the system (--broker=kafka|memory, --replicas payment=2, --data-dir=…)',
    load: () => import('./start.ts'),
  },
  test: { says: 'lint, typecheck and test every workspace', load: () => import('./test.ts') },
  demo: { says: 'four orders, watched live (--json)', load: () => import('./demo/demo.ts') },
  status: { says: 'what runs (--json)', load: () => import('./status.ts') },
  scale: { says: 'more or fewer processes of a service (scale payment=3)', load: () => import('./scale.ts') },
  logs: { says: 'the log of a process (logs NAME [--follow])', load: () => import('./logs.ts') },
  sql: { says: 'ask a database (sql orders "select …")', load: () => import('./sql.ts') },
  topics: { says: 'the topics, or one as it flows (topics tail TOPIC)', load: () => import('./topics.ts') },
  doctor: {
    says: 'what this machine offers the system, or whether a running one keeps its word (--invariants)',
    load: () => import('./doctor.ts'),
  },
  token: {
    says: 'a token of a customer, for the system of this folder (--customer UUID, --role support)',
    load: () => import('./token.ts'),
  },
  bench: { says: 'how fast it is (--quick)', load: () => import('./bench.ts') },
  simulate: {
    says: 'the services under one seed, with faults (--seeds N, --seed S --trace, --mutants)',
    load: () => import('./simulate.ts'),
  },
  chaos: {
    says: 'faults under load, and whether every order ends as it must (--minutes N, --seed S)',
    load: () => import('./chaos.ts'),
  },
  'crash-points': {
    says: 'kill every service at every instant between fetch and offset commit (--point TEXT, --help)',
    load: () => import('./crash-points.ts'),
  },
  reset: { says: 'wipe all data (--yes)', load: () => import('./reset.ts') },
};
