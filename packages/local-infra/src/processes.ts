import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** True while the process holds anything: a zombie has ended, unless threads of it are still on their way out. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return false;
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const threads = Number(rest[16]);
  return state !== 'Z' || threads > 1;
}

/** The command line of a living process, or null. Process ids are reused: compare before you signal. */
export async function commandOf(pid: number): Promise<string | null> {
  if (!(await isAlive(pid))) return null;
  if (process.platform === 'linux') {
    const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (raw !== '') return raw.replaceAll('\0', ' ').trim();
    // Killed a moment ago: its memory is gone, its ports and locks not yet.
    await waitForExit(pid, 5_000);
    return null;
  }
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() === '' ? null : stdout.trim();
}

/** Signals one process by its id and waits until it is gone; after the time limit it is killed. */
export async function stopProcess(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
  send(pid, signal);
  if (await waitForExit(pid, timeoutMs)) return;
  send(pid, 'SIGKILL');
  if (!(await waitForExit(pid, 10_000))) throw new Error(`process ${pid} survived SIGKILL`);
}

async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  const until = performance.now() + timeoutMs;
  while (await isAlive(pid)) {
    if (performance.now() > until) return false;
    await delay(20);
  }
  return true;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Starts a server in a session of its own, so that Ctrl-C in the terminal does not reach it before the services
 * that need it have drained. It outlives this process; its output goes to `logFile`.
 */
export async function spawnServer(
  command: readonly [string, ...string[]],
  options: { logFile: string; cwd: string; uid?: number; gid?: number },
): Promise<ChildProcess & { readonly pid: number }> {
  const [file, ...args] = command;
  const log = openSync(options.logFile, 'a', 0o600);
  const child = spawn(file, args, {
    cwd: options.cwd,
    stdio: ['ignore', log, log],
    detached: true,
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  return child as ChildProcess & { readonly pid: number };
}

/** Polls until `probe` answers true; fails as soon as the process has ended, with the end of its log. */
export async function untilReady(
  what: string,
  child: ChildProcess,
  logFile: string,
  timeoutMs: number,
  probe: () => Promise<boolean>,
): Promise<void> {
  const until = performance.now() + timeoutMs;
  while (!(await probe())) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(
        `${what} ended while starting (${child.exitCode ?? child.signalCode}):\n${await tail(logFile)}`,
      );
    }
    if (performance.now() > until) {
      throw new Error(`${what} was not ready after ${timeoutMs / 1000} s:\n${await tail(logFile)}`);
    }
    await delay(25);
  }
}

async function tail(file: string, lines = 15): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
