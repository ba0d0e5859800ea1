import { eventually } from '@order-saga/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Purge, type PurgeStore } from '../../src/operations/purge.ts';
import { purgeStore } from '../../src/postgres/purge-store.ts';
import { type DepositDatabase, depositDatabase } from '../postgres/deposits.ts';
import { recordedLog, recordedObserver } from '../recorded.ts';
import { VirtualRuntime } from '../virtual-runtime.ts';
import { act, type DepositService, startDeposits } from './deposit-service.ts';

const DAY_MS = 86_400_000;
let database: DepositDatabase;
let service: DepositService;
let store: PurgeStore;

beforeAll(async () => {
  database = await depositDatabase();
  service = await startDeposits(database);
  store = purgeStore(service.orm);
});
beforeEach(() => database.query('truncate dead_letters, dead_letter_actions, processed_commands'));
afterAll(async () => {
  await service.stop();
  await database.close();
});

const inbox = (count: number, daysOld: number, outcome = 'succeeded') =>
  database.query(
    `insert into processed_commands (idempotency_key, saga_id, command_id, command_type, outcome, reply, processed_at)
     select $2::text || '-' || $3::int || '-' || n, gen_random_uuid(), gen_random_uuid(), 'Deposit', $2,
       case when $2 = 'pending' then null else repeat('reply', 50) end, clock_timestamp() - $3 * interval '1 day'
     from generate_series(1, $1::int) n`,
    [count, outcome, daysOld],
  );

async function purgeReplies(): Promise<{ steps: number; purged: number }> {
  let [steps, purged] = [0, 0];
  for (let page: number | null = 0; page !== null; steps += 1) {
    const step: Awaited<ReturnType<PurgeStore['replies']>> = await store.replies(30 * DAY_MS, page);
    purged += step.purged;
    page = step.nextPage;
  }
  return { steps, purged };
}

describe('Retention (P6)', () => {
  test('seed defect 71: empties the text of old replies, in small steps, and keeps key, outcome and the young ones', async () => {
    await inbox(3_000, 31);
    await inbox(100, 31, 'failed');
    await inbox(100, 29);
    const { steps, purged } = await purgeReplies();
    expect(purged).toBe(3_100);
    expect(steps).toBeGreaterThan(1);
    expect(
      await database.query(
        `select outcome, processed_at < clock_timestamp() - interval '30 days' as old, count(*)::int, count(reply)::int as replies
         from processed_commands group by 1, 2 order by 1, 2`,
      ),
    ).toEqual([
      { outcome: 'failed', old: true, count: 100, replies: 0 },
      { outcome: 'succeeded', old: false, count: 100, replies: 100 },
      { outcome: 'succeeded', old: true, count: 3_000, replies: 0 },
    ]);
    expect((await purgeReplies()).purged).toBe(0);
  });

  test('leaves alone what still waits for its answer', async () => {
    await inbox(1, 400, 'pending');
    expect((await purgeReplies()).purged).toBe(0);
    expect(await database.query('select outcome from processed_commands')).toEqual([{ outcome: 'pending' }]);
  });

  test('deletes dead letters that were resolved long ago, with what was noted about them, and no other', async () => {
    const { park, deadLetters } = service;
    const kept = await park('still parked');
    const young = await deadLetters.discard(act(await park('discarded today')));
    const old = await deadLetters.discard(act(await park('discarded long ago')));
    await database.query(
      `update dead_letters set first_at = '2020-01-01', last_at = '2020-01-01',
         resolved_at = case when id = $1 then clock_timestamp() - interval '31 days' else resolved_at end`,
      [old.id],
    );
    expect(await store.deadLetters(30 * DAY_MS)).toBe(1);
    expect(await store.deadLetters(30 * DAY_MS)).toBe(0);
    const left = (await deadLetters.list({ limit: 10 })).items.map(({ id }) => id);
    expect(left.toSorted()).toEqual([kept.id, young.id].toSorted());
    expect(await database.query('select letter_id from dead_letter_actions')).toEqual([
      { letter_id: young.id },
    ]);
  });

  test('is one process a day, of however many there are', async () => {
    await database.query(`update purges set begun_at = clock_timestamp() - interval '25 hours'`);
    const begun = await Promise.all(Array.from({ length: 5 }, () => store.begin(DAY_MS)));
    expect(begun.filter(Boolean)).toHaveLength(1);
    expect(await store.begin(DAY_MS)).toBe(false);
  });
});

describe('The purge of a service', () => {
  const retention = { repliesMs: 1, deadLettersMs: 2 };
  const purging = (steps: Partial<PurgeStore>) => {
    const runtime = new VirtualRuntime();
    const observer = recordedObserver();
    const log = recordedLog();
    const asked: string[] = [];
    const purge = new Purge({
      store: {
        begin: async () => true,
        async replies(olderThanMs, page) {
          asked.push(`replies ${olderThanMs} ${page}`);
          return { purged: 10, nextPage: page < 128 ? page + 64 : null };
        },
        async deadLetters(olderThanMs) {
          asked.push(`dead letters ${olderThanMs}`);
          return asked.filter((what) => what.startsWith('dead')).length < 3 ? 5 : 0;
        },
        ...steps,
      },
      retention,
      runtime,
      log,
      observer,
    });
    purge.start();
    return { purge, runtime, observer, log, asked };
  };

  test('goes through everything, pauses after each step, and says how much it took', async () => {
    const { runtime, observer, asked, log } = purging({});
    await runtime.settle();
    expect(asked).toEqual(['replies 1 0']);
    await runtime.advance(1_000);
    expect(asked).toEqual([
      'replies 1 0',
      'replies 1 64',
      'replies 1 128',
      'dead letters 2',
      'dead letters 2',
      'dead letters 2',
    ]);
    expect(observer.counts.purged).toEqual(['30 replies', '10 dead letters']);
    expect(log.lines).toMatchObject([{ level: 'info', facts: { replies: 30, 'dead letters': 10 } }]);
  });

  test('looks every ten minutes whether the day is over, and a fault of the database ends nothing', async () => {
    let looks = 0;
    const { runtime, log } = purging({
      async begin() {
        looks += 1;
        if (looks === 1) throw new Error('the database is away');
        return false;
      },
    });
    await runtime.advance(1_800_000);
    expect(looks).toBe(4);
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  test('stops between two steps, and leaves no timer behind', async () => {
    const { purge, runtime, asked } = purging({});
    await runtime.settle();
    const stopped = purge.stop();
    await runtime.settle();
    await stopped;
    expect(asked).toHaveLength(1);
    expect(runtime.timers).toBe(0);
  });
});

test('a running service purges once its day is over', async () => {
  await database.query(`update purges set begun_at = clock_timestamp() - interval '25 hours'`);
  await inbox(10, 31);
  const another = await startDeposits(database);
  await eventually(async () =>
    expect(await database.query('select count(reply)::int as replies from processed_commands')).toEqual([
      { replies: 0 },
    ]),
  );
  await another.stop();
});
