import { ConfigError } from './config.ts';
import { createLog, type Log, type LogLevel } from './log.ts';

/** Something that was started. `stop` drains: it finishes what it holds and takes nothing new. */
export interface Running {
  stop(): Promise<void>;
}

export interface ProcessParts<Config extends { readonly LOG_LEVEL: LogLevel }> {
  /** Reads the environment; a `ConfigError` is printed as it is. */
  configure(): Config;
  start(config: Config, log: Log): Promise<Running>;
  /** How long a drain may take; default 10 s. */
  readonly drainMs?: number;
}

/**
 * The life of a process: configure, start, `ready` in the log; at the first SIGTERM or SIGINT drain and exit 0, at the
 * second exit at once. A drain that does not end in time, a failed start and an error that nobody caught each leave
 * one fatal line with its cause, and exit code 1.
 */
export async function runProcess<Config extends { readonly LOG_LEVEL: LogLevel }>(
  name: string,
  parts: ProcessParts<Config>,
): Promise<void> {
  let log = createLog({ name, level: 'info' });
  const die = (err: unknown, message: string): never => {
    log.fatal({ err }, message);
    log.flush();
    process.exit(1);
  };
  process.on('uncaughtException', (err) => die(err, 'an error that nobody caught'));
  process.on('unhandledRejection', (reason) => die(reason, 'a rejection that nobody handled'));

  let running: Running | undefined;
  const drain = async (signal: NodeJS.Signals): Promise<void> => {
    log.info({ signal }, 'draining');
    const { drainMs = 10_000 } = parts;
    setTimeout(
      () => die(new Error(`still busy after ${drainMs} ms`), 'the drain did not end'),
      drainMs,
    ).unref();
    // A start that is broken off leaves what a crash leaves, which the next start can live with.
    await running?.stop();
    log.info({}, 'stopped');
    log.flush();
    process.exit(0);
  };
  let isDraining = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isDraining) die(new Error(`a second signal, ${signal}`), 'stopped before the drain had ended');
      isDraining = true;
      drain(signal).catch((err) => die(err, 'the drain failed'));
    });
  }

  try {
    const config = parts.configure();
    log = createLog({ name, level: config.LOG_LEVEL });
    running = await parts.start(config, log);
    log.info({}, 'ready');
  } catch (error) {
    if (error instanceof ConfigError) process.stderr.write(`${name}: ${error.message}\n`);
    die(error, 'the start failed');
  }
}

export interface StopStep {
  readonly name: string;
  stop(): Promise<void> | void;
}

/** Stops one after the other, each although those before it failed; then rejects with every failure. */
export async function stopInOrder(steps: readonly StopStep[]): Promise<void> {
  const failures: Error[] = [];
  for (const { name, stop } of steps) {
    try {
      await stop();
    } catch (cause) {
      failures.push(new Error(`${name} did not stop cleanly`, { cause }));
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, failures.map(({ message }) => message).join('; '));
}
