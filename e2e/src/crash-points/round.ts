import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '@order-saga/local-infra';
import { Crowd, type Kind } from '../crowd.ts';
import { CUP, UNKNOWN_PRODUCT } from '../products.ts';
import { processOf } from '../system.ts';
import { type DeathOrder, type Fault, type Moment, TOLD } from './order.ts';
import { CRASH_POINTS, type Occasion } from './points.ts';
import { sendBadMessage } from './poison.ts';
import type { Crashing, Stage } from './stage.ts';

/** A process that dies: of which service, at which instant. */
export interface Death {
  readonly service: Crashing;
  readonly point: string;
  readonly moment: Moment;
  /** At which passing, from 1. */
  readonly passing: number;
}

export interface Round {
  /** Every order that a client was answered with. */
  readonly acknowledged: readonly string[];
  /** Orders that did not end as they must. */
  readonly disappointed: readonly string[];
  /** Those that did not come about: the process never passed there. */
  readonly missed: readonly Death[];
}

/** Approved, late, declined, and of a product that nobody knows: paid and refunded. */
const ORDERS: readonly Kind[] = [
  { method: 'test_approve', product: CUP, ends: 'approved' },
  { method: 'test_approve', product: UNKNOWN_PRODUCT, ends: 'cancelled' },
  { method: 'test_decline', product: CUP, ends: 'cancelled' },
  { method: 'test_late', product: CUP, ends: 'approved' },
];
const AT_A_TIME = 2 * ORDERS.length;
/** Longer each time: more orders than the services can carry would only have to be waited for. */
const THINKING_MS = 150;
const PASSES_WITHIN_MS = 20_000;
/** Committed, and not published. */
const LEAVES_STRAYS = { point: 'turn-commit', moment: 'answered', passing: 2, faults: [] } as const;

/** Orders come in while each of the services dies where it was told to and is started again, and until all of them ended. */
export async function crashRound(stage: Stage, deaths: readonly Death[]): Promise<Round> {
  const crowd = new Crowd(stage.system, 'REST', ORDERS);
  const over = new AbortController();
  const placing = (async () => {
    for (let times = 1; !over.signal.aborted; times += 1) {
      await crowd.place(AT_A_TIME);
      await delay(times * THINKING_MS);
    }
  })();
  try {
    await crowd.until(2);
    const came = await Promise.all(deaths.map((death) => dieAndReturn(stage, death)));
    over.abort();
    await placing;
    return {
      acknowledged: crowd.acknowledged,
      disappointed: await crowd.disappointed(),
      missed: deaths.filter((_, index) => !came[index]),
    };
  } finally {
    over.abort();
    await placing.catch(() => undefined);
  }
}

/** False when it was not passed in time. The service is ready again in any case. */
async function dieAndReturn(stage: Stage, { service, point, moment, passing }: Death): Promise<boolean> {
  const { on, faults } = waysTo(point);
  const order: DeathOrder = { point, moment, passing, faults };
  let pid: number;
  if (on === 'start' || on === 'strays') {
    if (!(await killedFirst(stage, service, on))) return false;
    await stage.countermand(service);
    await stage.order(service, order);
    // It may die before it is ready.
    await stage.system.restart(service).catch(() => undefined);
    pid = (await processOf(stage.system, service)).pid;
  } else {
    pid = await tell(stage, service, order);
    if (on === 'drain') process.kill(pid, 'SIGTERM');
    if (on === 'poison' || on === 'forgery') await sendBadMessage(stage.system, service, on);
  }
  const died = await dies(stage, service, pid);
  await stage.countermand(service);
  if (died || on === 'drain') await stage.system.restart(service);
  else process.kill(pid, TOLD);
  return died;
}

async function killedFirst(stage: Stage, service: Crashing, on: 'start' | 'strays'): Promise<boolean> {
  if (on === 'strays') return dies(stage, service, await tell(stage, service, LEAVES_STRAYS));
  const { pid } = await processOf(stage.system, service);
  process.kill(pid, 'SIGKILL');
  while (await isAlive(pid)) await delay(10);
  return true;
}

async function tell(stage: Stage, service: Crashing, order: DeathOrder): Promise<number> {
  const { pid } = await processOf(stage.system, service);
  await stage.order(service, order);
  process.kill(pid, TOLD);
  // A signal waits its turn: what is sent to the process right behind it may overtake it.
  const until = performance.now() + PASSES_WITHIN_MS;
  while (!(await stage.hasTaken(service)) && !(await stage.hasDied(service)) && performance.now() < until)
    await delay(2);
  return pid;
}

/** Whether it died as ordered; false after the time, or when it ended otherwise. */
async function dies(stage: Stage, service: Crashing, pid: number): Promise<boolean> {
  const until = performance.now() + PASSES_WITHIN_MS;
  while (performance.now() < until && (await isAlive(pid))) await delay(10);
  return stage.hasDied(service);
}

function waysTo(name: string): { readonly on: Occasion; readonly faults: readonly Fault[] } {
  const { reached = 'orders' } = CRASH_POINTS.get(name) ?? {};
  if (typeof reached === 'string') return { on: reached, faults: [] };
  if ('never' in reached) throw new Error(`${name} is never passed in a test: ${reached.never}`);
  return { on: reached.on ?? 'orders', faults: reached.faults };
}
