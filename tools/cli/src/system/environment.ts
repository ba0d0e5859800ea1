import { join } from 'node:path';
import { DEVELOPMENT_ISSUER } from '@order-saga/service-kit/auth';
import type { DatabaseUrls } from './databases.ts';
import type { Replica } from './replicas.ts';
import { DATABASE_VARIABLES, type ProcessSpec, type ServiceName, type ServiceSpec } from './services.ts';

/** Everything that the processes need to know of each other and of the infrastructure. */
export interface Wiring {
  readonly services: readonly ServiceSpec[];
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly databases: DatabaseUrls;
  readonly brokers: readonly string[];
  readonly adminToken: string;
  /** The public key of `npm run token`, as a JSON Web Key Set. */
  readonly developmentJwks: string;
  readonly stateDir: string;
  /** Where the addresses of a service's replicas are kept, as a `file:` URL. */
  readonly addressesOf: (service: ServiceName) => string;
  /** What the launcher itself was started with. */
  readonly base: NodeJS.ProcessEnv;
}

/** Migrations need none, and in one process the broker is handed over as an object. */
const NO_BROKER = 'in-process:0';

export const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

/** A process is told its own port and database, and nobody else's database. */
export function environmentOf(spec: ProcessSpec, wiring: Wiring): NodeJS.ProcessEnv {
  const served = wiring.services.filter(({ name }) => spec.serves.includes(name));
  const [only] = served;
  const env = common(wiring);
  if (served.length === 1 && only !== undefined) return { ...env, ...own(only, wiring) };
  for (const service of served) {
    env[service.portVariable] = String(wiring.ports[service.name]);
    if (service.database !== undefined)
      env[DATABASE_VARIABLES[service.database]] = wiring.databases[service.database];
  }
  return env;
}

/** A further replica has a port of its own, and a name of its own where it keeps something by it (rule O9). */
export function environmentOfReplica(replica: Replica, wiring: Wiring): NodeJS.ProcessEnv {
  const keepsState = wiring.services.some(
    ({ name, database }) => name === replica.service && database !== undefined,
  );
  return {
    ...environmentOf(replica.spec, wiring),
    PORT: String(replica.port),
    ...(keepsState ? { INSTANCE_NAME: replica.spec.name } : {}),
  };
}

/** For the set-up scripts of a service. */
export const setupEnvironmentOf = (service: ServiceSpec, wiring: Wiring): NodeJS.ProcessEnv => ({
  ...common(wiring),
  ...own(service, wiring),
});

function own(service: ServiceSpec, { ports, databases }: Wiring): NodeJS.ProcessEnv {
  return {
    PORT: String(ports[service.name]),
    ...(service.database === undefined ? {} : { DATABASE_URL: databases[service.database] }),
  };
}

/** Tokens of `npm run token` are for a system that was told of no other issuer, also with AUTH=jwt. */
const hasIssuer = (env: NodeJS.ProcessEnv): boolean =>
  env.AUTH_ISSUER !== undefined || env.AUTH_JWKS !== undefined || env.AUTH_JWKS_URL !== undefined;

function common(wiring: Wiring): NodeJS.ProcessEnv {
  const { base } = wiring;
  const inherited = { ...base };
  for (const variable of [...Object.values(DATABASE_VARIABLES), 'DATABASE_URL', 'PORT'])
    delete inherited[variable];
  return {
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    AUTH: 'development',
    ...(hasIssuer(base) ? {} : { AUTH_JWKS: wiring.developmentJwks, AUTH_ISSUER: DEVELOPMENT_ISSUER }),
    ...inherited,
    HOST: '127.0.0.1',
    // Stripping types and compiling is half of a start; the next one finds it done.
    NODE_COMPILE_CACHE: join(wiring.stateDir, 'compiled'),
    KAFKA_BROKERS: wiring.brokers.join(',') || NO_BROKER,
    ADMIN_TOKEN: wiring.adminToken,
    STATE_DIR: wiring.stateDir,
    ORDER_SERVICE_URL: wiring.addressesOf('order'),
    PAYMENT_SERVICE_URL: wiring.addressesOf('payment'),
    INVENTORY_SERVICE_URL: wiring.addressesOf('inventory'),
  };
}
