import { expect, test } from 'vitest';
import type { Statement } from '../../src/postgres/connection.ts';
import { NoAnswer } from '../../src/postgres/no-answer.ts';
import { openTurnSession, type TurnConnection, turnPatience } from '../../src/postgres/session.ts';
import type { TurnState } from '../../src/session.ts';

/** Answers everything, or nothing ever; notes how long it was waited for. */
class Peer implements TurnConnection {
  readonly limits: number[] = [];
  lost: Error | undefined;
  readonly #isSilent: boolean;

  constructor(isSilent: boolean) {
    this.#isSilent = isSilent;
  }

  rows<Result>(_statement: Statement): Promise<Result[]> {
    return Promise.resolve([{ now: 1 }] as Result[]);
  }

  command(text: string): Promise<string> {
    return Promise.resolve(text.toUpperCase());
  }

  within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
    this.limits.push(limitMs);
    if (!this.#isSilent) return work;
    this.lost = new NoAnswer(limitMs);
    return Promise.reject(this.lost);
  }

  async close(): Promise<void> {}
}

const state = { outbox: { all: () => [] } } as unknown as TurnState;
const turnSql = { load: async () => state, save: () => [] };

test('a connection that answers nothing is soon given up, each one after it later, until a turn is done again (L8)', async () => {
  const patience = turnPatience();
  const turn = async (isSilent: boolean) => {
    const peer = new Peer(isSilent);
    const session = await openTurnSession(async () => peer, turnSql, patience);
    await session.load([], false).then(
      ({ state: loaded }) => session.commit(loaded, []),
      (failure: unknown) => expect(failure).toMatchObject({ kind: 'not-committed', sqlState: 'NO_ANSWER' }),
    );
    return peer.limits;
  };
  expect(await turn(true)).toEqual([5_000]);
  expect(await turn(true)).toEqual([10_000]);
  expect(await turn(true)).toEqual([20_000]);
  expect(await turn(true)).toEqual([20_000]);
  expect(await turn(false)).toEqual([20_000, 20_000]);
  expect(await turn(false)).toEqual([5_000, 5_000]);
});
