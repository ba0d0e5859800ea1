import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandOf, isAlive, stopProcess } from '@order-saga/local-infra';
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

/**
 * Stops the systems, and removes the folders, of programs that were killed before they could do so. Such a folder lies
 * among the temporary ones, and its name is the prefix, the owner's process id and whatever makes it unique.
 */
export async function sweepDeadSystems(prefix: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const owner = Number(/^(\d+)-/.exec(name.slice(prefix.length))?.[1]);
    if (!Number.isInteger(owner) || (await isAlive(owner))) continue;
    const folder = join(tmpdir(), name);
    await killLeftovers(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

/** The data folder in its command line says that the process is still the server that the file means. */
async function killServer(dataDir: string, pidFile: string): Promise<void> {
  const pid = Number((await readFile(join(dataDir, pidFile), 'utf8').catch(() => '')).split('\n')[0]);
  if (pid > 0 && (await commandOf(pid))?.includes(dataDir)) await stopProcess(pid, 'SIGKILL', 10_000);
}
