import { eventually } from '@order-saga/testkit';
import { processOf, type WholeSystem } from './system.ts';

/** Signals a process and leaves the rest to its supervisor, as an operator or an out-of-memory killer would. */
export async function signal(system: WholeSystem, name: string, what: NodeJS.Signals): Promise<void> {
  process.kill((await processOf(system, name)).pid, what);
}

/** Signals a process so that it ends, and answers when another one is ready in its place. */
export async function endAndAwaitSuccessor(
  system: WholeSystem,
  name: string,
  what: 'SIGKILL' | 'SIGTERM',
): Promise<void> {
  const { pid, url } = await processOf(system, name);
  process.kill(pid, what);
  await eventually(
    async () => {
      if ((await processOf(system, name)).pid === pid) throw new Error(`${pid} is still the process`);
      if (url !== null && (await fetch(`${url}/ready`)).status !== 200) throw new Error('it is not ready');
    },
    { describe: `a successor of ${name} after ${what}`, timeoutMs: 60_000, intervalMs: 50 },
  );
}

/** Holds a process still while `work` runs: it is alive, and does nothing. */
export async function whileFrozen<T>(system: WholeSystem, name: string, work: () => Promise<T>): Promise<T> {
  await signal(system, name, 'SIGSTOP');
  try {
    return await work();
  } finally {
    await signal(system, name, 'SIGCONT');
  }
}
