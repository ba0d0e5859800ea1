import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '@order-saga/cli';
import type { Fault, Stage } from './fault.ts';
import { hold, seconds } from './hold.ts';

const UP_AGAIN_MS = 30_000;

/** The process of that name as it runs now; one that is being started again is waited for. */
async function pidOf({ system, signal }: Stage, name: string): Promise<number> {
  const until = performance.now() + UP_AGAIN_MS;
  for (;;) {
    const pid = system.processes.find((process) => process.name === name)?.pid;
    if (pid !== undefined && isAlive(pid)) return pid;
    if (performance.now() > until || signal.aborted) throw new Error(`${name} does not run`);
    await delay(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const kill = (name: string): Fault => ({
  name: `kill -9 ${name}`,
  target: name,
  async inject(stage) {
    const pid = await pidOf(stage, name);
    process.kill(pid, 'SIGKILL');
    return `process ${pid}`;
  },
});

/** Longer than a consumer's session, at times: the group then goes on without it, and it wakes up as a zombie. */
const LONGEST_STOP_MS = 9_000;

const stop = (name: string): Fault => ({
  name: `SIGSTOP ${name}`,
  target: name,
  async inject(stage, random) {
    const forMs = random.between(500, LONGEST_STOP_MS);
    const pid = await pidOf(stage, name);
    process.kill(pid, 'SIGSTOP');
    try {
      await hold(forMs, stage.signal);
    } finally {
      if (isAlive(pid)) process.kill(pid, 'SIGCONT');
    }
    return `process ${pid} for ${seconds(forMs)}`;
  },
});

const NAMES = SERVICES.map(({ name }) => name);

export const PROCESS_FAULTS: readonly Fault[] = [...NAMES.map(kill), ...NAMES.map(stop), stop('kafka')];
export const killKafka: Fault = kill('kafka');
