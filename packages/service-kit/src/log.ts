import pino, { type DestinationStream } from 'pino';

/** What the rest of the code knows about logging. `fields` first, so that every line can be searched by them. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  fatal(fields: object, message: string): void;
  /** A logger that writes `fields` into each of its lines. */
  child(fields: object): Log;
  /** Hands everything written so far to the operating system; for the last words of a process. */
  flush(): void;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  /** Written into each line, as `process`. */
  readonly name: string;
  readonly level: LogLevel;
  /** Default: standard output, written synchronously, so that a crash loses no line. */
  readonly destination?: DestinationStream & { flushSync?(): void };
}

/** One JSON object a line. An error under `err` (or `error`) is written with its stack and its causes. */
export function createLog(options: LogOptions): Log {
  const destination = options.destination ?? pino.destination({ fd: 1, sync: true });
  const logger = pino(
    {
      level: options.level,
      base: { process: options.name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFacts, error: errorFacts },
      redact: { paths: SECRETS, censor: '[redacted]' },
    },
    destination,
  );
  return adapted(logger, () => destination.flushSync?.());
}

/** How deep a chain of causes is followed. */
const MAX_CAUSES = 5;

/**
 * What an error says of itself. Its other properties stay out: drivers hang whole connections on them, which fill the
 * log and may hold what must not be there.
 */
function errorFacts(value: unknown, depth = 0): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  const code = 'code' in value ? value.code : undefined;
  return {
    type: name,
    message,
    ...(code === undefined ? {} : { code }),
    stack,
    ...(value instanceof AggregateError
      ? { errors: value.errors.slice(0, MAX_CAUSES).map((error) => errorFacts(error, depth + 1)) }
      : {}),
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: errorFacts(cause, depth + 1) }),
  };
}

/** At the top of a line, one level down, and in the headers of a request. */
const SECRETS = ['authorization', 'cookie', 'password', 'token', 'adminToken'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.headers.${name}`,
]);

function adapted(logger: pino.Logger, flush: () => void): Log {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    fatal: (fields, message) => logger.fatal(fields, message),
    child: (fields) => adapted(logger.child(fields), flush),
    flush,
  };
}

/** For code under test that must have a log and whose lines nobody reads. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
  child: () => silentLog,
  flush: () => undefined,
};
