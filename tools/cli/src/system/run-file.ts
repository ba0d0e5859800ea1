import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandOf } from '@order-saga/local-infra';
import type { DatabaseUrls } from './databases.ts';
import type { ServiceName } from './services.ts';

/** What runs, for `status`, `logs`, `sql`, `topics` and the next start. Holds passwords: its mode is 0600. */
export interface RunState {
  readonly launcherPid: number;
  readonly phase: 'starting' | 'ready' | 'stopping' | 'stopped';
  readonly startedAt: string;
  readonly urls: Readonly<Partial<Record<ServiceName, string>>>;
  readonly databases: DatabaseUrls;
  /** Empty with the in-process broker. */
  readonly brokers: readonly string[];
  readonly adminTokenFile: string;
  /** Where the launcher itself takes requests, with the admin token; null until it does. */
  readonly controlUrl: string | null;
  readonly processes: readonly RunningProcess[];
}

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  readonly url: string | null;
  readonly logFile: string;
  /** Part of the command line: a process id alone may have been reused. */
  readonly mark: string;
}

const fileOf = (dataDir: string): string => join(dataDir, 'run.json');

export async function writeRunState(dataDir: string, state: RunState): Promise<void> {
  const half = `${fileOf(dataDir)}.${process.pid}`;
  await writeFile(half, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(half, fileOf(dataDir));
}

export const forgetRunState = (dataDir: string): Promise<void> => rm(fileOf(dataDir), { force: true });

export async function readRunState(dataDir: string): Promise<RunState | null> {
  const text = await readFile(fileOf(dataDir), 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}

/** The state of a launcher that is alive; what a killed one left is null here. */
export async function liveRunState(dataDir: string): Promise<RunState | null> {
  const state = await readRunState(dataDir);
  if (state === null || state.launcherPid === process.pid) return state;
  const command = await commandOf(state.launcherPid);
  return command !== null && /\bnode\b/.test(command) ? state : null;
}

/** The processes of the state that are alive and still the ones it means. */
export async function survivors(state: RunState): Promise<readonly RunningProcess[]> {
  const checked = await Promise.all(
    state.processes.map(async (entry) => ((await commandOf(entry.pid))?.includes(entry.mark) ? [entry] : [])),
  );
  return checked.flat();
}
