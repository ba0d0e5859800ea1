import { hostname } from 'node:os';
import { z } from 'zod';
import { LOG_LEVELS } from './log.ts';

/** What an environment may hold; services hand in `process.env`, tests a record. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigProblem {
  readonly variable: string;
  readonly problem: string;
  readonly remedy: string | undefined;
}

/** All problems at once, a line each, and never the value of a secret. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, problem, remedy }) =>
      remedy === undefined ? `${variable}: ${problem}` : `${variable}: ${problem}; ${remedy}`,
    );
    super(`the configuration cannot be used:\n  ${lines.join('\n  ')}`);
    this.problems = problems;
  }
}

/**
 * `setting(z.string().url(), { remedy: 'set it to …' })`: what a schema says beside its type. Apply it last; a
 * secret's value is in no message.
 */
export function setting<S extends z.ZodType>(schema: S, about: { remedy: string; secret?: boolean }): S {
  return schema.meta(about) as S;
}

/** Reads one flat schema. A variable that is set to nothing counts as not set. Throws `ConfigError`. */
export function readConfig<Shape extends z.core.$ZodLooseShape>(
  schema: z.ZodObject<Shape>,
  env: Environment,
): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(
    Object.keys(schema.shape)
      .map((name) => [name, env[name]?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.map((issue) => problemOf(issue, schema.shape, given)));
}

function problemOf(
  issue: z.core.$ZodIssue,
  shape: z.core.$ZodLooseShape,
  given: Record<string, string | undefined>,
): ConfigProblem {
  const variable = String(issue.path[0] ?? 'the environment');
  const about = metaOf(shape[variable]);
  const value = given[variable];
  if (value === undefined) return { variable, problem: 'is not set', remedy: about?.remedy };
  const found = about?.secret === true ? '' : ` (found ${JSON.stringify(value)})`;
  return { variable, problem: `${lowerFirst(issue.message)}${found}`, remedy: about?.remedy };
}

const aboutSchema = z.object({ remedy: z.string(), secret: z.boolean().optional() });

function metaOf(schema: unknown): z.output<typeof aboutSchema> | undefined {
  return schema instanceof z.ZodType ? aboutSchema.safeParse(schema.meta()).data : undefined;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** `"a, b"` as `['a', 'b']`. */
export const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** Digits only, so that `''`, `1e3` and `0x10` are refused instead of coerced. */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`);

export const portNumber = wholeNumber(0, 65_535);

const originList = commaList.transform((origins): '*' | readonly string[] =>
  origins.includes('*') ? '*' : origins,
);

const postgresUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? ''),
    'must be a URL that begins with postgresql://',
  );

const adminTokens = commaList
  .refine(
    (tokens) => tokens.length > 0 && tokens.every((token) => /^[\x21-\x7e]{16,}$/.test(token)),
    'must have 16 characters or more, and no spaces',
  )
  .transform(([first = '', ...others]): readonly [string, ...string[]] => [first, ...others]);

/** A name of this instance that no replica in another container or on another machine has, and that a restart keeps. */
export const instanceOnThisHost = (service: string): string =>
  `${service}-${hostname().replaceAll(/[^A-Za-z0-9._-]/g, '-')}`.slice(0, 64);

/** What every service reads from its environment; a service spreads it into its own `z.object`. */
export const serviceSettings = (defaults: { port: number; instanceName: string }) => ({
  PORT: setting(portNumber.default(defaults.port), {
    remedy: `set it to a free port, as in ${defaults.port}`,
  }),
  /** Loopback, so that nothing is published by accident; containers set 0.0.0.0. */
  HOST: setting(z.string().default('127.0.0.1'), { remedy: 'set it to the address to listen on' }),
  DATABASE_URL: setting(postgresUrl, {
    remedy: 'set it to postgresql://USER:PASSWORD@HOST:5432/DATABASE',
    secret: true,
  }),
  KAFKA_BROKERS: setting(
    commaList.refine(
      (brokers) => brokers.length > 0 && brokers.every((broker) => /^[^\s:]+:\d{1,5}$/.test(broker)),
      'must be a comma-separated list of host:port',
    ),
    { remedy: 'set it to one broker or more, as in localhost:9092' },
  ),
  /** The first is sent to other services, each is accepted: so that it can be changed while all goes on. */
  ADMIN_TOKEN: setting(adminTokens, {
    remedy:
      'set it to a secret that the callers of the service share, as made by: openssl rand -hex 24; or to several with commas',
    secret: true,
  }),
  LOG_LEVEL: setting(z.enum(LOG_LEVELS).default('info'), {
    remedy: `set it to one of ${LOG_LEVELS.join(', ')}`,
  }),
  NODE_ENV: setting(z.enum(['development', 'production', 'test']).default('production'), {
    remedy: 'set it to development, production or test',
  }),
  /** Empty: no page of another origin may call; `*`: every page may. */
  CORS_ORIGINS: setting(originList.default([]), {
    remedy: 'set it to * or to https://shop.example,https://…',
  }),
  /** Tells replicas apart; each has its own (rule O9). */
  INSTANCE_NAME: setting(
    z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
        'must be 1 to 64 letters, digits, dots, dashes or underscores',
      )
      .default(defaults.instanceName),
    { remedy: `set it to a name of this replica, as in ${defaults.instanceName}` },
  ),
  /** A folder for what an instance remembers between starts. */
  STATE_DIR: setting(z.string().default('.data/state'), { remedy: 'set it to a folder that may be written' }),
});
