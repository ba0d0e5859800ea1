import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandOf, isAlive, stopProcess } from '@order-saga/local-infra';

const PREFIX = 'order-saga-test-';

/** A folder whose name tells which process it belongs to, so that a later run can clean up after a killed one. */
export function runFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
}

/** Stops the servers, and removes the folders, of test runs that were killed before they could do so. */
export async function sweepDeadRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (!Number.isInteger(owner) || (await isAlive(owner))) continue;
    const folder = join(tmpdir(), name);
    for (const pidFile of ['cluster/postmaster.pid', 'kafka.pid']) {
      const pid = Number((await readFile(join(folder, pidFile), 'utf8').catch(() => '')).split('\n')[0]);
      if (pid > 0 && (await commandMentions(pid, folder))) await stopProcess(pid, 'SIGKILL', 10_000);
    }
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function commandMentions(pid: number, folder: string): Promise<boolean> {
  return (await commandOf(pid))?.includes(folder) ?? false;
}
