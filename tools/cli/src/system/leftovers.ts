import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandOf, stopProcess } from '@order-saga/local-infra';
import { forgetRunState, readRunState, survivors } from './run-file.ts';

/** Kills whatever a launcher of this data folder started and can no longer stop itself. */
export async function killLeftovers(dataDir: string): Promise<void> {
  const state = await readRunState(dataDir);
  for (const { pid } of state === null ? [] : await survivors(state))
    await stopProcess(pid, 'SIGKILL', 10_000);
  for (const pidFile of ['postgres/cluster/postmaster.pid', 'kafka/kafka.pid'])
    await killServer(dataDir, pidFile);
  await forgetRunState(dataDir);
}

/** The data folder in its command line says that the process is still the server that the file means. */
async function killServer(dataDir: string, pidFile: string): Promise<void> {
  const pid = Number((await readFile(join(dataDir, pidFile), 'utf8').catch(() => '')).split('\n')[0]);
  if (pid > 0 && (await commandOf(pid))?.includes(dataDir)) await stopProcess(pid, 'SIGKILL', 10_000);
}
