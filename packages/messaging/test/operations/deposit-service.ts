import type { DeadLetterDetail } from '@order-saga/contracts';
import { eventually } from '@order-saga/testkit';
import { decodeJson } from '../../src/decode-json.ts';
import { createMemoryBroker } from '../../src/memory/index.ts';
import { createOperations } from '../../src/operations/operations.ts';
import { createPipeline } from '../../src/pipeline.ts';
import { postgresPipelineStore } from '../../src/postgres/pipeline-store.ts';
import type { Runtime } from '../../src/runtime.ts';
import type { MessageSignatures } from '../../src/signatures/message-signatures.ts';
import {
  type Deposit,
  type DepositDatabase,
  depositDecider,
  depositSchema,
  depositSql,
  openMessagingOrm,
} from '../postgres/deposits.ts';
import { recordedLog, recordedObserver } from '../recorded.ts';

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

const DAY_MS = 86_400_000;

export interface DepositServiceOptions {
  readonly signatures?: MessageSignatures | undefined;
  /** The broker takes no larger message. */
  readonly maxBytes?: number;
}

/** The deposits service with what its operators have: whole, on a real database and a broker within the process. */
export async function startDeposits(database: DepositDatabase, options: DepositServiceOptions = {}) {
  const broker = createMemoryBroker(
    options.maxBytes === undefined ? {} : { maxMessageBytes: options.maxBytes },
  );
  const orm = openMessagingOrm(database.url);
  const observer = recordedObserver();
  const log = recordedLog();
  /** While it is there every deposit fails, by the fault of the code. */
  const defect = { isThere: false };
  const pipeline = createPipeline({
    name: 'deposits',
    store: postgresPipelineStore({ name: 'deposits', databaseUrl: database.url, orm, turnSql: depositSql }),
    broker,
    runtime,
    log,
    observer,
    signatures: options.signatures,
    decider: {
      ...depositDecider,
      decide(state, deposit, turn) {
        if (defect.isThere) throw new Error('a defect of the code');
        return depositDecider.decide(state, deposit, turn);
      },
    },
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
  const operations = createOperations({
    orm,
    intake: pipeline.intake,
    retention: { repliesMs: 30 * DAY_MS, deadLettersMs: 30 * DAY_MS },
    runtime,
    log,
    observer,
  });
  const { deadLetters } = operations.handlers;
  pipeline.start();
  operations.start();

  const send = (value: string | Buffer | Deposit, headers: Record<string, string> = {}) =>
    broker.publish([
      {
        topic: 'deposits',
        key: 'k',
        value: typeof value === 'string' || Buffer.isBuffer(value) ? String(value) : JSON.stringify(value),
        headers,
      },
    ]);
  return {
    broker,
    orm,
    log,
    observer,
    pipeline,
    deadLetters,
    defect,
    send,
    /** Sends what ends as a dead letter, and answers that. */
    async park(value: string | Deposit, headers: Record<string, string> = {}): Promise<DeadLetterDetail> {
      const before = new Set((await deadLetters.list({ limit: 100 })).items.map(({ id }) => id));
      await send(value, headers);
      return eventually(async () => {
        const { items } = await deadLetters.list({ limit: 100 });
        const found = items.find(({ id }) => !before.has(id));
        const letter = found && (await deadLetters.byId(found.id));
        if (!letter) throw new Error('there is no new dead letter');
        return letter;
      });
    },
    balance: async (account: string): Promise<number> =>
      (await database.query<{ balance: number }>('select balance from accounts where id = $1', [account]))[0]
        ?.balance ?? 0,
    async stop() {
      await operations.stop();
      await pipeline.stop();
      await broker.close();
      await orm.close();
    },
  };
}

export type DepositService = Awaited<ReturnType<typeof startDeposits>>;

export const act = (letter: Pick<DeadLetterDetail, 'id' | 'version'>, reason = 'the defect is mended') => ({
  id: letter.id,
  expectedVersion: letter.version,
  reason,
  operator: 'ada',
});
