import { type Session, StoreFailure, type TurnState } from '../session.ts';
import type { MessageFault, Queued } from './entry.ts';
import { asFailure, faultOfFailure, faultOfThrow, stackOf, tell } from './faults.ts';
import { type Group, halves } from './group.ts';
import type { LanesOptions } from './lanes-options.ts';
import { type PauseLength, Pauses } from './pauses.ts';
import { splitExpired } from './queue.ts';
import { runTurn, type SetAside } from './turn.ts';

/** After so many conflicts in a row, a message alone in its turn is our defect; a group is cut in halves. */
const MAX_CONFLICTS = 10;
/** Failures of a message alone, by its own fault, before it is parked. */
const MAX_OWN_FAILURES = 3;
/** A group that the store refuses so often in a row, while it takes a probe, is cut in halves. */
const MAX_REFUSALS = 3;
const CONFLICT_PAUSE: PauseLength = { firstMs: 5, longestMs: 500 };
const STORE_PAUSE: PauseLength = { firstMs: 50, longestMs: 2_000 };

/** One lane: one session, one turn at a time, and the rules of what happens when a turn fails (rule L7). */
export class Lane<Message, State extends TurnState, Answer> {
  readonly #name: string;
  readonly #options: LanesOptions<Message, State, Answer>;
  readonly #pauses: Pauses;
  #session: Session<Message, State> | undefined;
  #storeFailures = 0;
  #isClosed = false;

  constructor(name: string, options: LanesOptions<Message, State, Answer>) {
    this.#name = name;
    this.#options = options;
    this.#pauses = new Pauses(options.runtime);
  }

  /** Returns when every member is committed, parked or expired, or the lane was closed. Never throws. */
  async settle(members: readonly Queued<Message, Answer>[]): Promise<void> {
    const groups: Group<Message, Answer>[] = [{ members, conflicts: 0, refusals: 0 }];
    for (let group = groups.pop(); group && !this.#isClosed; group = groups.pop()) {
      const rest = await this.#settleGroup(group);
      groups.push(...rest.toReversed());
    }
    await this.#untilStoreWorks();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#pauses.end();
    await this.#dropSession();
  }

  /** What is left to do of a group after one attempt, in order. */
  async #settleGroup(group: Group<Message, Answer>): Promise<readonly Group<Message, Answer>[]> {
    const { runtime, log } = this.#options;
    const { live, expired } = splitExpired(group.members, runtime.monotonicMs());
    for (const queued of expired) tell(log, () => queued.entry.expiry?.expired());
    if (live.length === 0 && group.members.length > 0) return [];
    const liveGroup = { ...group, members: live };
    let setAside: readonly SetAside<Message, Answer>[];
    try {
      setAside = await this.#attempt(liveGroup);
    } catch (error) {
      return this.#afterFailure(liveGroup, await this.#cleanUp(error));
    }
    this.#storeWorks();
    return this.#afterThrows(setAside);
  }

  async #attempt({
    members,
    conflicts,
  }: Group<Message, Answer>): Promise<readonly SetAside<Message, Answer>[]> {
    const [alone] = members.length === 1 ? members : [];
    const turn = {
      members,
      // What may have happened is looked for like what somebody else did.
      afterConflict: conflicts > 0 || members.some((queued) => queued.mayHaveHappened),
      isLastTry:
        alone !== undefined && (alone.ownFailures >= MAX_OWN_FAILURES - 1 || conflicts >= MAX_CONFLICTS - 1),
    };
    return runTurn(await this.#openSession(), turn, this.#options);
  }

  async #afterThrows(setAside: readonly SetAside<Message, Answer>[]): Promise<Group<Message, Answer>[]> {
    const again: Group<Message, Answer>[] = [];
    for (const { queued, error } of setAside) {
      const isParked = await this.#parkIfDue(queued, faultOfThrow(error));
      if (!isParked) again.push({ members: [queued], conflicts: 0, refusals: 0 });
    }
    return again;
  }

  async #afterFailure(
    group: Group<Message, Answer>,
    failure: StoreFailure,
  ): Promise<readonly Group<Message, Answer>[]> {
    const { log, observer, relay } = this.#options;
    tell(log, () => observer.rerun(failure.sqlState));
    switch (failure.kind) {
      case 'conflict':
        return this.#afterConflict(group, failure);
      case 'message':
        return this.#afterMessageFault(group, failure);
      case 'unknown':
        for (const queued of group.members) queued.mayHaveHappened = true;
        await this.#backOff(failure);
        // What that commit may have left in the outbox is in nobody's memory any more (rule O1).
        relay.expectStrays();
        return this.#afterRefusal(group);
      case 'not-committed':
        await this.#backOff(failure);
        return this.#afterRefusal(group);
      default:
        throw new Error(`no such failure: ${failure.kind satisfies never}`);
    }
  }

  async #afterConflict(
    group: Group<Message, Answer>,
    failure: StoreFailure,
  ): Promise<readonly Group<Message, Answer>[]> {
    const { members } = group;
    const conflicts = group.conflicts + 1;
    if (conflicts < MAX_CONFLICTS) {
      if (conflicts > 1) await this.#pauses.wait(conflicts - 2, CONFLICT_PAUSE);
      return [{ ...group, conflicts }];
    }
    if (members.length > 1) return halves(group, { conflicts: 1, refusals: 0 });
    for (const alone of members)
      await this.#park(alone, {
        cause: 'CONFLICT_WITHOUT_END',
        detail: failure.message,
        attempts: conflicts,
      });
    return [];
  }

  async #afterMessageFault(
    group: Group<Message, Answer>,
    failure: StoreFailure,
  ): Promise<readonly Group<Message, Answer>[]> {
    if (group.members.length > 1) return halves(group, { conflicts: 0, refusals: 0 });
    const [alone] = group.members;
    const isSettled = !alone || (await this.#parkIfDue(alone, faultOfFailure(failure)));
    return isSettled ? [] : [{ ...group, conflicts: 0 }];
  }

  /** The store is at fault, so nobody is parked. What only fails together, by its size, is cut in halves. */
  async #afterRefusal(group: Group<Message, Answer>): Promise<readonly Group<Message, Answer>[]> {
    const refusals = group.refusals + 1;
    if (refusals < MAX_REFUSALS || group.members.length < 2) return [{ ...group, refusals }];
    if (!(await this.#storeTakesWrites())) return [{ ...group, refusals: 0 }];
    return halves(group, { conflicts: 0, refusals: MAX_REFUSALS - 1 });
  }

  async #cleanUp(error: unknown): Promise<StoreFailure> {
    const failure = asFailure(error);
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
    const { log } = this.#options;
    log.error({ lane: this.#name, ...fault }, 'a message fails alone, by its own fault: parked');
    try {
      await queued.entry.parked(fault);
    } catch (error) {
      log.error({ lane: this.#name, error: stackOf(error) }, 'whoever was told of a parked message threw');
    }
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
    const { log, onStore } = this.#options;
    await this.#dropSession();
    if (this.#isClosed) return;
    if (this.#storeFailures === 0) {
      tell(log, () => onStore?.('failing'));
      log.warn(
        { lane: this.#name, code: failure.sqlState },
        `the database is at fault, trying again: ${failure.message}`,
      );
    }
    this.#storeFailures += 1;
    await this.#pauses.wait(this.#storeFailures - 1, STORE_PAUSE);
  }

  /**
   * A group whose members all expired leaves the store as they found it: at fault. A lane that went idle like that would
   * keep consumption stopped until it happens to be needed again, which in a calm hour is never.
   */
  async #untilStoreWorks(): Promise<void> {
    while (this.#storeFailures > 0 && !this.#isClosed) {
      if (await this.#storeTakesWrites()) this.#storeWorks();
    }
  }

  #storeWorks(): void {
    if (this.#storeFailures === 0) return;
    this.#storeFailures = 0;
    const { log, onStore } = this.#options;
    log.info({ lane: this.#name }, 'the database answers again');
    tell(log, () => onStore?.('working'));
  }

  async #openSession(): Promise<Session<Message, State>> {
    this.#session ??= await this.#options.openSession();
    if (!this.#isClosed) return this.#session;
    await this.#dropSession();
    throw new StoreFailure('not-committed', 'CLOSED', 'the lane is closed');
  }

  async #dropSession(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close().catch(() => undefined);
  }
}
