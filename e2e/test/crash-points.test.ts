import { describeWithKafka } from '@order-saga/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeDeath } from '../src/crash-points/matrix.ts';
import type { Moment } from '../src/crash-points/order.ts';
import { crashRound, type Death } from '../src/crash-points/round.ts';
import { type Crashing, openStage, type Stage } from '../src/crash-points/stage.ts';
import { expectInvariants } from './set-up/expect-invariants.ts';

/** Three processes at a time: `npm run crash-points` takes all points at all moments in all services. */
type Where = readonly [service: Crashing, point: string, moment: Moment];

const ROUNDS: readonly (readonly Where[])[] = [
  [
    ['order', 'desk-ask', 'sent'],
    ['payment', 'fetch-hand-over', 'answered'],
    ['inventory', 'fetch-room', 'sent'],
  ],
  [
    ['order', 'turn-load', 'answered'],
    ['payment', 'load-payments', 'sent'],
    ['inventory', 'load-stock', 'answered'],
  ],
  [
    ['order', 'commit-exchange', 'sent'],
    ['payment', 'commit-exchange', 'sent'],
    ['inventory', 'commit-exchange', 'sent'],
  ],
  [
    ['order', 'turn-commit', 'answered'],
    ['payment', 'turn-commit', 'answered'],
    ['inventory', 'turn-commit', 'answered'],
  ],
  [
    ['order', 'kafka-send', 'sent'],
    ['payment', 'kafka-send', 'sent'],
    ['inventory', 'kafka-send', 'sent'],
  ],
  [
    ['order', 'relay-publish', 'answered'],
    ['payment', 'relay-publish', 'answered'],
    ['inventory', 'relay-publish', 'answered'],
  ],
  [
    ['order', 'wake-claim', 'answered'],
    ['payment', 'void-call', 'sent'],
    ['inventory', 'offset-request', 'sent'],
  ],
  [
    ['order', 'admission-next', 'answered'],
    ['payment', 'provider-query', 'sent'],
    ['inventory', 'park-letter', 'answered'],
  ],
  [
    ['order', 'offset-commit', 'answered'],
    ['payment', 'lease-claim', 'answered'],
    ['inventory', 'conflict-rollback', 'sent'],
  ],
  [
    ['order', 'evict-leave', 'sent'],
    ['payment', 'drain-publish', 'sent'],
    ['inventory', 'consumer-last-commit', 'sent'],
  ],
];

const OVER_KAFKA: readonly Where[] = [
  ['order', 'turn-commit', 'answered'],
  ['order', 'kafka-send', 'sent'],
  ['order', 'offset-request', 'sent'],
];

const deaths = (where: readonly Where[]): readonly Death[] =>
  where.map(([service, point, moment]) => ({ service, point, moment, passing: 1 }));

const PLACEMENTS = { local: ROUNDS, kafka: OVER_KAFKA.map((where) => [where]) } as const;

for (const [placement, rounds] of Object.entries(PLACEMENTS)) {
  describeWithKafka(
    `seed defects 1 to 7: with the order participant ${placement}, processes that are killed`,
    () => {
      let stage: Stage;
      beforeAll(async () => {
        stage = await openStage({ ORDER_PARTICIPANT: placement });
      });
      afterAll(() => stage?.close());

      for (const where of rounds) {
        test(`lose and double nothing: ${deaths(where).map(describeDeath).join(', ')}`, async () => {
          const { acknowledged, disappointed, missed } = await crashRound(stage, deaths(where));
          expect(missed).toEqual([]);
          expect(disappointed).toEqual([]);
          await expectInvariants(stage.system, { acknowledged });
        });
      }

      afterAll(() => expectInvariants(stage.system, { brokers: stage.system.brokers }));
    },
  );
}
