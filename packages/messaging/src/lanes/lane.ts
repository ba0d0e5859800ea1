import type { OutboxRef } from '../outbox/outbox-message.ts';
import type { Session, TurnState } from '../session.ts';
import { StoreFailure } from '../session.ts';
import type { MessageFault, Queued } from './entry.ts';
import type { LanesOptions } from './lanes.ts';
import { splitExpired } from './queue.ts';

/** After so many conflicts in a row, a message alone in its turn is our defect; a group is cut in halves. */
const MAX_CONFLICTS = 10;
/** Failures of a message alone, by its own fault, before it is parked. */
const MAX_OWN_FAILURES = 3;
const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 2_000;

interface Group<Message, Answer> {
  readonly members: readonly Queued<Message, Answer>[];
  readonly conflicts: number;
}

type Attempt<Message, Answer> =
  /** `setAside`: their `decide` threw; the others are committed (rule L7). */
  | {
      readonly kind: 'committed';
      readonly setAside: readonly { readonly queued: Queued<Message, Answer>; readonly error: unknown }[];
    }
  | { readonly kind: 'failed'; readonly failure: StoreFailure };

/** One lane: one session, one turn at a time, and the rules of what happens when a turn fails (rule L7). */
export class Lane<Message, State extends TurnState, Answer> {
  readonly #name: string;
  readonly #options: LanesOptions<Message, State, Answer>;
  #session: Session<Message, State> | undefined;
  #storeFailures = 0;
  #isClosed = false;

  constructor(name: string, options: LanesOptions<Message, State, Answer>) {
    this.#name = name;
    this.#options = options;
  }

  /** Returns when every member is committed, parked or expired. Never throws. */
  async settle(members: readonly Queued<Message, Answer>[]): Promise<void> {
    const groups: Group<Message, Answer>[] = [{ members, conflicts: 0 }];
    for (let group = groups.pop(); group && !this.#isClosed; group = groups.pop()) {
      groups.push(...(await this.#settleGroup(group)));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#dropSession();
  }

  /** What is left to do of a group after one attempt, the next last. */
  async #settleGroup(group: Group<Message, Answer>): Promise<Group<Message, Answer>[]> {
    const { live, expired } = splitExpired(group.members, this.#options.runtime.monotonicMs());
    for (const queued of expired) queued.entry.expiry?.expired();
    if (live.length === 0 && group.members.length > 0) return [];

    const attempt = await this.#attempt(live, group.conflicts > 0);
    if (attempt.kind === 'committed') {
      const again: Group<Message, Answer>[] = [];
      for (const { queued, error } of attempt.setAside) {
        if (!(await this.#parkIfDue(queued, faultOfDefect(error))))
          again.push({ members: [queued], conflicts: 0 });
      }
      return again;
    }

    const { failure } = attempt;
    this.#options.observer.rerun(failure.sqlState);
    switch (failure.kind) {
      case 'conflict':
        return this.#afterConflict(live, group.conflicts + 1, failure);
      case 'message':
        return this.#afterMessageFault(live, failure);
      case 'unknown':
        for (const queued of live) queued.mayHaveHappened = true;
        await this.#backOff(failure);
        // What that commit may have left in the outbox is in nobody's memory any more (rule O1).
        this.#options.relay.expectStrays();
        // Counted as a conflict, so that the rerun looks for what may be there already.
        return live.length === 0 ? [] : [{ members: live, conflicts: 1 }];
      case 'not-committed':
        await this.#backOff(failure);
        return live.length === 0 ? [] : [{ members: live, conflicts: 0 }];
      default:
        throw new Error(`no such failure: ${failure.kind satisfies never}`);
    }
  }

  async #afterConflict(
    live: readonly Queued<Message, Answer>[],
    conflicts: number,
    failure: StoreFailure,
  ): Promise<Group<Message, Answer>[]> {
    if (conflicts < MAX_CONFLICTS || live.length === 0)
      return live.length === 0 ? [] : [{ members: live, conflicts }];
    if (live.length > 1) return halves(live);
    const [alone] = live as [Queued<Message, Answer>];
    await this.#park(alone, { cause: 'CONFLICT_WITHOUT_END', detail: failure.message, attempts: conflicts });
    return [];
  }

  async #afterMessageFault(
    live: readonly Queued<Message, Answer>[],
    failure: StoreFailure,
  ): Promise<Group<Message, Answer>[]> {
    if (live.length > 1) return halves(live);
    const [alone] = live;
    if (!alone) return [];
    const fault = { cause: `SQLSTATE_${failure.sqlState}`, detail: failure.message };
    return (await this.#parkIfDue(alone, fault)) ? [] : [{ members: live, conflicts: 0 }];
  }

  async #attempt(
    live: readonly Queued<Message, Answer>[],
    afterConflict: boolean,
  ): Promise<Attempt<Message, Answer>> {
    const { decider, relay, runtime, observer } = this.#options;
    const begunAt = runtime.monotonicMs();
    let published: readonly OutboxRef[] = [];
    try {
      const session = await this.#openSession();
      const { state, now } = await session.load(
        live.map((queued) => queued.entry.message),
        afterConflict,
      );
      const answers: { readonly queued: Queued<Message, Answer>; readonly answer: Answer }[] = [];
      const setAside: { readonly queued: Queued<Message, Answer>; readonly error: unknown }[] = [];
      for (const queued of live) {
        try {
          const { generation, jitter } = queued;
          const isLastTry = queued.ownFailures >= MAX_OWN_FAILURES - 1;
          const answer = decider.decide(state, queued.entry.message, { now, generation, jitter, isLastTry });
          state.accept();
          answers.push({ queued, answer });
        } catch (error) {
          state.discard();
          setAside.push({ queued, error });
        }
      }
      published = relay.takeAcknowledged();
      await session.commit(state, published);
      this.#storeWorks();
      relay.publish(state.outbox.all());
      decider.afterCommit?.(state);
      observer.turn({ messages: answers.length, ms: runtime.monotonicMs() - begunAt });
      for (const { queued, answer } of answers) queued.entry.committed(answer);
      return { kind: 'committed', setAside };
    } catch (error) {
      relay.giveBack(published);
      return { kind: 'failed', failure: await this.#cleanUp(error) };
    }
  }

  async #cleanUp(error: unknown): Promise<StoreFailure> {
    const failure = error instanceof StoreFailure ? error : defectAsFailure(error);
    if (failure.kind === 'conflict' || failure.kind === 'message') {
      try {
        await this.#session?.rollback();
        return failure;
      } catch {
        // The connection is gone as well; the transaction with it.
      }
    }
    await this.#dropSession();
    return failure;
  }

  async #parkIfDue(queued: Queued<Message, Answer>, fault: Omit<MessageFault, 'attempts'>): Promise<boolean> {
    queued.ownFailures += 1;
    if (queued.ownFailures < MAX_OWN_FAILURES) return false;
    if (!(await this.#storeTakesWrites())) {
      queued.ownFailures = 0;
      return false;
    }
    await this.#park(queued, { ...fault, attempts: queued.ownFailures });
    return true;
  }

  async #park(queued: Queued<Message, Answer>, fault: MessageFault): Promise<void> {
    const { log, observer } = this.#options;
    observer.parked(fault.cause);
    log.error({ lane: this.#name, ...fault }, 'a message fails alone, by its own fault: parked');
    await queued.entry.parked(fault);
  }

  async #storeTakesWrites(): Promise<boolean> {
    try {
      await (await this.#openSession()).probe();
      return true;
    } catch (error) {
      await this.#backOff(await this.#cleanUp(error));
      return false;
    }
  }

  async #backOff(failure: StoreFailure): Promise<void> {
    const { log, runtime } = this.#options;
    await this.#dropSession();
    if (this.#isClosed) return;
    if (this.#storeFailures === 0) {
      this.#options.onStore?.('failing');
      log.warn(
        { lane: this.#name, code: failure.sqlState },
        `the database is at fault, trying again: ${failure.message}`,
      );
    }
    const ceiling = Math.min(FIRST_BACKOFF_MS * 2 ** this.#storeFailures, MAX_BACKOFF_MS);
    this.#storeFailures += 1;
    await new Promise<void>((resolve) => runtime.after(ceiling * (0.5 + runtime.random() / 2), resolve));
  }

  #storeWorks(): void {
    if (this.#storeFailures === 0) return;
    this.#storeFailures = 0;
    this.#options.log.info({ lane: this.#name }, 'the database answers again');
    this.#options.onStore?.('working');
  }

  async #openSession(): Promise<Session<Message, State>> {
    this.#session ??= await this.#options.openSession();
    return this.#session;
  }

  async #dropSession(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close().catch(() => undefined);
  }
}

/** Pushed so that the first half is taken first: order within a saga is kept. */
function halves<Message, Answer>(members: readonly Queued<Message, Answer>[]): Group<Message, Answer>[] {
  const middle = Math.ceil(members.length / 2);
  return [
    { members: members.slice(middle), conflicts: 0 },
    { members: members.slice(0, middle), conflicts: 0 },
  ];
}

const faultOfDefect = (error: unknown): Omit<MessageFault, 'attempts'> => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'HANDLER_DEFECT';
  return { cause: code, detail: error instanceof Error ? error.message : String(error) };
};

/** A throw outside `decide` and the store is ours; the batch did not commit and is tried again like a failing store. */
const defectAsFailure = (error: unknown): StoreFailure =>
  new StoreFailure(
    'not-committed',
    'DEFECT',
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    {
      cause: error,
    },
  );
