import { SERVICES, type ServiceName } from '@order-saga/cli';
import type { Random } from '../schedule/random.ts';
import type { Fault, Stage } from './fault.ts';

/** Of each service at the most; each has links of its own to its servers. */
export const MOST_REPLICAS = 2;

const NAMES = SERVICES.map(({ name }) => name);

/** Names of a service's processes as they run now: `payment`, `payment-2`. */
export const processesOf = ({ system }: Pick<Stage, 'system'>, service: string): readonly string[] =>
  system.processes
    .map(({ name }) => name)
    .filter((name) => name === service || name.replace(/-\d+$/, '') === service);

const withCount = (stage: Stage, isMeant: (count: number) => boolean): readonly ServiceName[] =>
  NAMES.filter((name) => isMeant(processesOf(stage, name).length));

async function add(stage: Stage, random: Random): Promise<ServiceName> {
  const service = random.pick(withCount(stage, (count) => count < MOST_REPLICAS));
  await stage.system.scale(service, MOST_REPLICAS);
  return service;
}

async function remove(stage: Stage, random: Random): Promise<ServiceName> {
  const service = random.pick(withCount(stage, (count) => count > 1));
  await stage.system.scale(service, 1);
  return service;
}

const added: Fault = {
  name: 'replica added',
  target: 'replicas',
  async inject(stage, random) {
    // Where there is no room left one goes first.
    if (withCount(stage, (count) => count < MOST_REPLICAS).length === 0) await remove(stage, random);
    return `of ${await add(stage, random)}`;
  },
};

const removed: Fault = {
  name: 'replica removed',
  target: 'replicas',
  async inject(stage, random) {
    if (withCount(stage, (count) => count > 1).length === 0) await add(stage, random);
    return `of ${await remove(stage, random)}`;
  },
};

export const REPLICA_FAULTS: readonly Fault[] = [added, removed];
