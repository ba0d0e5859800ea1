import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError, createLog, type Log, type LogLevel } from '@order-saga/service-kit';

/** Runs a job to its end: exit code 0 when its work is done, else 1 and the cause in one piece. */
export async function runJob<Config extends { readonly LOG_LEVEL: LogLevel }>(
  name: string,
  configure: () => Config,
  work: (config: Config, log: Log) => Promise<void>,
): Promise<void> {
  try {
    const config = configure();
    await work(config, createLog({ name, level: config.LOG_LEVEL }));
  } catch (error) {
    const reason = error instanceof ConfigError ? error.message : (error as Error).stack;
    process.stderr.write(`${name}: ${reason}\n`);
    process.exitCode = 1;
  }
}

const RETRY_MS = 500;

/** Tries until it works or `forMs` (default 60 s) have passed: a server that was just started may not answer yet. */
export async function keepTrying(
  attempt: () => Promise<void>,
  options: { readonly mayPass: (error: unknown) => boolean; readonly forMs?: number },
): Promise<void> {
  const until = performance.now() + (options.forMs ?? 60_000);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!options.mayPass(error) || performance.now() >= until) throw error;
      await delay(RETRY_MS);
    }
  }
}
