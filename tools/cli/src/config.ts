import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { REPOSITORY } from './repository.ts';
import { CliError } from './system/cli-error.ts';
import type { BrokerChoice, SystemOptions } from './system/options.ts';
import { readReplicaCounts } from './system/replicas.ts';
import { DATABASE_VARIABLES, DATABASES, SERVICES, type ServiceName } from './system/services.ts';

/** What the processes inherit. */
export const environment: NodeJS.ProcessEnv = process.env;

const BROKERS: readonly BrokerChoice[] = ['auto', 'kafka', 'memory'];

/** Where the system's data lies: `--data-dir`, DATA_DIR, or `.data` in the repository. */
export const dataDirOf = (given: string | undefined, env: NodeJS.ProcessEnv = process.env): string =>
  resolve(REPOSITORY, given ?? env.DATA_DIR ?? '.data');

/** The options of `npm start`, from its arguments and the environment. */
export function systemOptions(args: readonly string[], env: NodeJS.ProcessEnv = process.env): SystemOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      broker: { type: 'string', default: 'auto' },
      'data-dir': { type: 'string' },
      replicas: { type: 'string', multiple: true, default: [] },
    },
  });
  const broker = BROKERS.find((known) => known === values.broker);
  if (broker === undefined) {
    throw new CliError('USAGE', `--broker=${values.broker} is not known: use ${BROKERS.join(', ')}`);
  }
  const portVariables = [
    ...SERVICES.map(({ name, portVariable }) => [name, portVariable] as const),
    ['postgres', 'POSTGRES_PORT'] as const,
    ['kafka', 'KAFKA_PORT'] as const,
  ];
  return {
    dataDir: dataDirOf(values['data-dir'], env),
    broker,
    replicas: readReplicaCounts(values.replicas),
    brokers: list(env.KAFKA_BROKERS),
    databaseUrls: Object.fromEntries(
      DATABASES.flatMap((name) => {
        const url = env[DATABASE_VARIABLES[name]]?.trim();
        return url ? [[name, url]] : [];
      }),
    ),
    ports: Object.fromEntries(
      portVariables.flatMap(([name, variable]) =>
        env[variable] ? [[name, port(variable, env[variable])]] : [],
      ),
    ),
  };
}

/** In one process every service still reads its own port and database, by the names it knows. */
export function environmentWithin(
  name: ServiceName,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const service = SERVICES.find((candidate) => candidate.name === name);
  return {
    ...env,
    PORT: service && env[service.portVariable],
    DATABASE_URL: service?.database && env[DATABASE_VARIABLES[service.database]],
  };
}

/** What `npm test` adds to the environment: no telemetry, no notices. */
export const quietTurbo = (env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => ({
  ...env,
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
});

function list(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function port(variable: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new CliError('USAGE', `${variable}=${text} is not a port: set it to a number from 1 to 65535`);
}
