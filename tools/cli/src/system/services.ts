export const DATABASES = ['orders', 'payments', 'inventory'] as const;
export type DatabaseName = (typeof DATABASES)[number];

/** A variable of the launcher that overrides the embedded database. */
export const DATABASE_VARIABLES: Readonly<Record<DatabaseName, string>> = {
  orders: 'ORDERS_DATABASE_URL',
  payments: 'PAYMENTS_DATABASE_URL',
  inventory: 'INVENTORY_DATABASE_URL',
};

export const SERVICE_NAMES = ['order', 'payment', 'inventory', 'gateway'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

export interface ServiceSpec {
  readonly name: ServiceName;
  readonly folder: string;
  readonly port: number;
  readonly portVariable: string;
  readonly database?: DatabaseName;
  /** Run one after the other, with the service's environment, before any process starts. */
  readonly setup: readonly string[];
}

export const SERVICES: readonly ServiceSpec[] = [
  {
    name: 'order',
    folder: 'services/order',
    port: 3001,
    portVariable: 'ORDER_PORT',
    database: 'orders',
    setup: ['services/order/src/migrate.ts'],
  },
  {
    name: 'payment',
    folder: 'services/payment',
    port: 3002,
    portVariable: 'PAYMENT_PORT',
    database: 'payments',
    setup: ['services/payment/src/migrate.ts'],
  },
  {
    name: 'inventory',
    folder: 'services/inventory',
    port: 3003,
    portVariable: 'INVENTORY_PORT',
    database: 'inventory',
    setup: ['services/inventory/src/migrate.ts', 'services/inventory/src/seed-demo.ts'],
  },
  { name: 'gateway', folder: 'gateway', port: 4000, portVariable: 'GATEWAY_PORT', setup: ['web/build.ts'] },
];

/** An operating-system process and the services it serves. */
export interface ProcessSpec {
  readonly name: string;
  readonly script: string;
  readonly serves: readonly ServiceName[];
}

export const ONE_PROCESS_PER_SERVICE: readonly ProcessSpec[] = SERVICES.map(({ name, folder }) => ({
  name,
  script: `${folder}/src/main.ts`,
  serves: [name],
}));

/** The in-process broker joins services of one process only. */
export const ALL_IN_ONE_PROCESS: readonly ProcessSpec[] = [
  { name: 'all', script: 'tools/cli/src/single-process.ts', serves: SERVICE_NAMES },
];
