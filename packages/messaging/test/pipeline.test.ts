import type { MikroORM } from '@mikro-orm/postgresql';
import { replyIdOf, TOPICS } from '@order-saga/contracts';
import { eventually } from '@order-saga/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { decodeJson } from '../src/decode-json.ts';
import { createMemoryBroker, type MemoryBroker } from '../src/memory/index.ts';
import { createPipeline, type Pipeline } from '../src/pipeline.ts';
import { postgresPipelineStore } from '../src/postgres/pipeline-store.ts';
import type { Runtime } from '../src/runtime.ts';
import {
  type Deposit,
  type DepositDatabase,
  type DepositState,
  deposit,
  depositDatabase,
  depositDecider,
  depositSchema,
  depositSql,
  openMessagingOrm,
} from './postgres/deposits.ts';
import { recordedLog, recordedObserver } from './recorded.ts';

/** The deposits service whole: broker, lanes, PostgreSQL, relay, sweeper. */

/** An outage takes as long as its timeouts; how fast it ends is not the promise here. */
vi.setConfig({ testTimeout: 30_000 });

type DepositPipeline = Pipeline<Deposit, DepositState, 'done' | 'repeated'>;

const runtime: Runtime = {
  monotonicMs: () => performance.now(),
  uuid: () => crypto.randomUUID(),
  random: Math.random,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  soon: (run) => void setImmediate(run),
};

let database: DepositDatabase;
let broker: MemoryBroker;
let replies: { readonly id: string | undefined; readonly value: string | undefined }[];
const running: { readonly pipeline: DepositPipeline; readonly orm: MikroORM }[] = [];

beforeEach(async () => {
  database = await depositDatabase();
  broker = createMemoryBroker();
  replies = [];
  const reader = broker.consume({
    groupId: 'replies',
    topics: [TOPICS.orderReplies.name],
    from: 'earliest',
    onMessages: async (messages) => {
      for (const { headers, value } of messages)
        replies.push({ id: headers.ce_id?.toString(), value: value?.toString() });
    },
  });
  await reader.start();
});

afterEach(async () => {
  for (const { pipeline, orm } of running.splice(0)) {
    await pipeline.stop();
    await orm.close();
  }
  await broker.close();
  await database.close();
});

/** A process of the service. */
function startService(options: { readonly broker?: MemoryBroker } = {}) {
  const orm = openMessagingOrm(database.url);
  const log = recordedLog();
  const observer = recordedObserver();
  const pipeline = createPipeline({
    name: 'deposits',
    store: postgresPipelineStore({
      name: 'deposits',
      databaseUrl: database.url,
      orm,
      turnSql: depositSql,
    }),
    broker: options.broker ?? broker,
    runtime,
    log,
    observer,
    decider: depositDecider,
    intake: {
      groupId: 'deposits',
      topics: ['deposits'],
      isUrgent: () => false,
      decode(incoming) {
        const decoded = decodeJson(incoming.value, depositSchema);
        return decoded.ok
          ? { kind: 'message', message: decoded.data }
          : { kind: 'undecodable', cause: decoded.cause, detail: decoded.detail };
      },
    },
  });
  running.push({ pipeline, orm });
  pipeline.start();
  return { pipeline, log, observer, orm };
}

const send = (...deposits: (Deposit | string)[]) =>
  broker.publish(
    deposits.map((value) => ({
      topic: 'deposits',
      key: typeof value === 'string' ? 'k' : value.account,
      value: typeof value === 'string' ? value : JSON.stringify(value),
      headers: {},
    })),
  );
const repliesTo = (...deposits: Deposit[]) =>
  deposits.map(({ id }) => replies.filter((reply) => reply.id === replyIdOf(id)).length);
const countOf = async (table: string) =>
  Number((await database.query(`select count(*) from ${table}`))[0]?.count);
const balanceOf = async (account: string) =>
  (await database.query('select balance from accounts where id = $1', [account]))[0]?.balance;

describe('A command', () => {
  test('has its effect once, its reply is sent, and nothing stays in the outbox', async () => {
    startService();
    const deposits = Array.from({ length: 200 }, (_, n) => deposit(n, `account-${n % 7}`));
    await send(...deposits);
    await eventually(() => replies.length === 200);
    expect(repliesTo(...deposits)).toEqual(Array(200).fill(1));
    expect(await database.query('select sum(balance)::int as total from accounts')).toEqual([{ total: 200 }]);
    await eventually(async () => (await countOf('outbox_events')) === 0);
  });

  test('seed defect 9: that was sent before the service ever started is handled', async () => {
    const deposits = [deposit(1), deposit(2)];
    await send(...deposits);
    startService();
    await eventually(() => replies.length === 2);
    expect(repliesTo(...deposits)).toEqual([1, 1]);
  });

  test('that is delivered again gets the same reply, character for character, and changes nothing (O6)', async () => {
    startService();
    await send(deposit(1, 'A', 5), deposit(2, 'A', 7));
    await eventually(() => replies.length === 2);
    await send(deposit(1, 'A', 5), deposit(1, 'A', 5));
    await eventually(() => replies.length === 4);
    const texts = replies.filter(({ id }) => id === replyIdOf(deposit(1).id)).map(({ value }) => value);
    expect(texts).toHaveLength(3);
    expect(new Set(texts).size).toBe(1);
    expect(await balanceOf('A')).toBe(12);
  });

  test('that fails by itself is parked while its batch commits (L7)', async () => {
    const { observer } = startService();
    await send(
      deposit(1),
      { ...deposit(2), isPoison: true },
      deposit(3, 'B', 2 ** 31 - 1),
      deposit(4, 'B', 2 ** 31 - 1),
      'not json',
      deposit(5),
    );
    await eventually(async () => (await countOf('dead_letters')) === 3);
    const rows = await database.query('select cause, attempts from dead_letters order by cause');
    expect(rows).toEqual([
      { cause: 'HANDLER_DEFECT', attempts: 3 },
      { cause: 'NOT_JSON', attempts: 1 },
      { cause: 'SQLSTATE_22003', attempts: 3 },
    ]);
    await eventually(() => replies.length === 3);
    expect(await balanceOf('A')).toBe(2);
    expect(observer.counts.parked).toHaveLength(3);
  });

  test('that two processes have at once is done once', async () => {
    startService();
    const other = startService();
    await eventually(() => other.pipeline.intake.consumer.state().phase === 'consuming');
    const twice = Array.from({ length: 100 }, (_, n) => deposit(n, `account-${n % 3}`));
    const push = (pipeline: DepositPipeline) =>
      Promise.all(
        twice.map(
          (message) =>
            new Promise<void>((resolve, reject) => {
              pipeline.lanes.push({
                message,
                isUrgent: false,
                committed: () => resolve(),
                parked: async (fault) => reject(new Error(fault.detail)),
              });
            }),
        ),
      );
    await Promise.all(running.map(({ pipeline }) => push(pipeline)));
    expect(await database.query('select sum(balance)::int as total from accounts')).toEqual([{ total: 100 }]);
    await eventually(async () => (await countOf('outbox_events')) === 0);
  });
});

describe('A crash', () => {
  test('between COMMIT and publishing: the next process publishes from the outbox at its start (O2)', async () => {
    // The broker of the process that dies: it never answers, so what was committed is never sent.
    const silent = createMemoryBroker();
    silent.publish = () => new Promise(() => undefined);
    const dying = startService({ broker: silent });
    const committed = new Promise<void>((resolve, reject) => {
      dying.pipeline.lanes.push({
        message: deposit(1),
        isUrgent: false,
        committed: () => resolve(),
        parked: async (fault) => reject(new Error(fault.detail)),
      });
    });
    await committed;
    expect(await countOf('outbox_events')).toBe(1);
    expect(replies).toEqual([]);
    // The dead claim nothing: a pool that was closed would open again for whoever asks.
    dying.orm.em.fork = () => {
      throw new Error('dead');
    };
    await dying.orm.close();

    startService();
    // A last sweep of the dead may have claimed the row: then it is another's after ten seconds.
    await eventually(() => expect(replies.length).toBe(1), { timeoutMs: 20_000 });
    await eventually(async () => (await countOf('outbox_events')) === 0);
  });
});

describe('An outage', () => {
  test('seed defects 7 and 12: of the broker: accepting goes on, and everything is published when it is back (O8)', async () => {
    const { pipeline } = startService();
    broker.setOutage('unplugged');
    const deposits = Array.from({ length: 50 }, (_, n) => deposit(n));
    await Promise.all(
      deposits.map(
        (message) =>
          new Promise<void>((resolve) => {
            pipeline.lanes.push({
              message,
              isUrgent: false,
              committed: () => resolve(),
              parked: async () => undefined,
            });
          }),
      ),
    );
    expect(await countOf('outbox_events')).toBe(50);
    broker.setOutage(null);
    await eventually(() => repliesTo(...deposits).every((count) => count >= 1), { timeoutMs: 20_000 });
    await eventually(async () => (await countOf('outbox_events')) === 0);
  });

  test('of the database: consumption stops, and what came meanwhile is done when it is back (L7)', async () => {
    const { pipeline, log } = startService();
    await send(deposit(1));
    await eventually(() => replies.length === 1);
    await database.setOutage(true);
    await send(deposit(2));
    await eventually(() => pipeline.intake.consumer.state().phase === 'paused');

    await database.setOutage(false);
    await send(deposit(3));
    await eventually(() => replies.length === 3, { timeoutMs: 20_000 });
    expect(pipeline.intake.consumer.state().phase).toBe('consuming');
    expect(await countOf('dead_letters')).toBe(0);
    expect(log.lines.filter(({ message }) => message.startsWith('the database'))).not.toEqual([]);
  });

  test('of the database: a stop ends all the same', async () => {
    const { pipeline } = startService();
    await database.setOutage(true);
    await send(deposit(1));
    await pipeline.stop();
    await database.setOutage(false);
    expect(await countOf('accounts')).toBe(0);
  });
});
