import { systemOptions } from './config.ts';
import { CliError } from './system/cli-error.ts';
import { killLeftovers } from './system/leftovers.ts';
import type { SystemOptions } from './system/options.ts';
import type { RunningSystem } from './system/running-system.ts';
import { startSystem } from './system/system.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm hands the terminal's Ctrl-C on although it has reached us already: signals so close together are one. */
const SAME_SIGNAL_MS = 800;

/** `npm start`: the system in the foreground. */
export const run = (args: readonly string[]): Promise<number> => inForeground(systemOptions(args));

/** The first Ctrl-C drains the system and answers 0, also while it is still starting; the second one kills it. */
export async function inForeground(options: SystemOptions): Promise<number> {
  const began = performance.now();
  const stopping = new AbortController();
  const asked = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
  const forced = onSecondSignal(stopping).then(async () => {
    await killLeftovers(options.dataDir);
    console.log('Killed; data is kept');
    process.exit(130);
  });
  let system: RunningSystem;
  try {
    const start = startSystem({ ...options, say: (line) => console.log(line), signal: stopping.signal });
    system = await Promise.race([start, forced]);
  } catch (error) {
    if (!(error instanceof CliError && error.code === 'INTERRUPTED')) throw error;
    console.log('Stopped; data is kept');
    return 0;
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const { gateway } = system.urls;
  console.log(
    `Ready after ${seconds} s. Shop: ${gateway}  Console: ${gateway}/console  GraphQL: ${gateway}/graphql  Ctrl-C stops.`,
  );
  await asked;
  await Promise.race([system.stop(), forced]);
  console.log('Stopped; data is kept (npm run reset -- --yes wipes it)');
  return 0;
}

/** Aborts `stopping` at the first signal; resolves at the second. */
function onSecondSignal(stopping: AbortController): Promise<void> {
  let firstAt = 0;
  return new Promise((resolve) => {
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (!stopping.signal.aborted) {
          firstAt = performance.now();
          console.log('Draining; once more kills instead');
          stopping.abort();
        } else if (performance.now() - firstAt > SAME_SIGNAL_MS) {
          resolve();
        }
      });
    }
  });
}
