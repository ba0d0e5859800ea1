import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES } from '@order-saga/cli';
import type { Random } from '../schedule/random.ts';
import type { Fault, Stage } from './fault.ts';
import { hold, seconds } from './hold.ts';
import { processesOf } from './replicas.ts';

const UP_AGAIN_MS = 30_000;

/** One of the processes of that name as they run now; while none runs, the one that is being started again is waited for. */
async function oneOf(stage: Stage, name: string, random: Random): Promise<{ name: string; pid: number }> {
  const until = performance.now() + UP_AGAIN_MS;
  for (;;) {
    const names = processesOf(stage, name);
    const running = stage.system.processes.filter((each) => names.includes(each.name) && isAlive(each.pid));
    if (running.length > 0) return random.pick(running);
    if (performance.now() > until || stage.signal.aborted) throw new Error(`${name} does not run`);
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
  async inject(stage, random) {
    const hit = await oneOf(stage, name, random);
    process.kill(hit.pid, 'SIGKILL');
    return `${hit.name}, process ${hit.pid}`;
  },
});

/** Longer than a consumer's session, at times: the group then goes on without it, and it wakes up as a zombie. */
const LONGEST_STOP_MS = 9_000;

const stop = (name: string): Fault => ({
  name: `SIGSTOP ${name}`,
  target: name,
  async inject(stage, random) {
    const forMs = random.between(500, LONGEST_STOP_MS);
    const { name: hit, pid } = await oneOf(stage, name, random);
    process.kill(pid, 'SIGSTOP');
    try {
      await hold(forMs, stage.signal);
    } finally {
      if (isAlive(pid)) process.kill(pid, 'SIGCONT');
    }
    return `${hit}, process ${pid}, for ${seconds(forMs)}`;
  },
});

const NAMES = SERVICES.map(({ name }) => name);

export const PROCESS_FAULTS: readonly Fault[] = [...NAMES.map(kill), ...NAMES.map(stop), stop('kafka')];
export const killKafka: Fault = kill('kafka');
