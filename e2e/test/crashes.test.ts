import { describeWithKafka } from '@order-saga/testkit';
import { beforeAll, expect, test } from 'vitest';
import { Crowd, CUP, endAndAwaitSuccessor, setAvailable, type WholeSystem } from '../src/index.ts';
import { expectInvariants, keepInvariants } from './set-up/expect-invariants.ts';
import { sharedSystem } from './set-up/given-system.ts';

const PROCESSES = ['order', 'payment', 'inventory', 'gateway'] as const;
const ORDERS = 150;
/** The only faults that a client of the very process that ended may see, and only before its acknowledgement. */
const CONNECTION_LOST = /^(ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET|EPIPE)$/;

describeWithKafka('with orders in flight', () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = sharedSystem();
    await setAvailable(system, CUP, 2 * PROCESSES.length * ORDERS);
  });
  keepInvariants(() => system);

  for (const name of PROCESSES) {
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const what = signal === 'SIGKILL' ? 'killed' : 'told to end';
      test(`the ${name} process may be ${what}: every acknowledged order ends as it must`, async () => {
        const crowd = new Crowd(system, name === 'gateway' ? 'GraphQL' : 'REST');
        const placing = crowd.place(ORDERS);
        await crowd.until(ORDERS / 3);
        await endAndAwaitSuccessor(system, name, signal);
        await placing;
        expect(crowd.acknowledged).toHaveLength(ORDERS);
        expect(await crowd.disappointed()).toEqual([]);
        await expectInvariants(system, { acknowledged: crowd.acknowledged });

        const isDoor = name === 'order' || name === 'gateway';
        const unexpected = crowd.faults.filter((fault) => !(isDoor && CONNECTION_LOST.test(fault)));
        expect(unexpected).toEqual([]);
      });
    }
  }
});
