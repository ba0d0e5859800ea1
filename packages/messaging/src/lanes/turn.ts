import type { Session, TurnState } from '../session.ts';
import type { Queued } from './entry.ts';
import { tell } from './faults.ts';
import type { LanesOptions } from './lanes-options.ts';

export interface Turn<Message, Answer> {
  readonly members: readonly Queued<Message, Answer>[];
  /** LOAD reads by every key that SAVE can hit (rule L7). */
  readonly afterConflict: boolean;
  /** Before its only member may be parked (rule E3). */
  readonly isLastTry: boolean;
}

/** A message whose `decide` threw: the others are committed without it (rule L7). */
export interface SetAside<Message, Answer> {
  readonly queued: Queued<Message, Answer>;
  readonly error: unknown;
}

/**
 * One turn: LOAD, DECIDE message by message, SAVE and COMMIT. Rejects only when it is not known to have committed, and
 * publishes and answers nothing then (rule L2).
 */
export async function runTurn<Message, State extends TurnState, Answer>(
  session: Session<Message, State>,
  { members, afterConflict, isLastTry }: Turn<Message, Answer>,
  options: LanesOptions<Message, State, Answer>,
): Promise<readonly SetAside<Message, Answer>[]> {
  const { decider, relay, runtime, observer, log } = options;
  const begunAt = runtime.monotonicMs();
  const messages = members.map((queued) => queued.entry.message);
  const { state, now } = await session.load(messages, afterConflict);

  const answers: { readonly queued: Queued<Message, Answer>; readonly answer: Answer }[] = [];
  const setAside: SetAside<Message, Answer>[] = [];
  for (const queued of members) {
    try {
      const { generation, jitter } = queued;
      const answer = decider.decide(state, queued.entry.message, { now, generation, jitter, isLastTry });
      state.accept();
      answers.push({ queued, answer });
    } catch (error) {
      state.discard();
      setAside.push({ queued, error });
    }
  }

  const published = relay.takeAcknowledged();
  try {
    await session.commit(state, published);
  } catch (error) {
    relay.giveBack(published);
    throw error;
  }
  relay.deleted(published);
  void relay.publish(state.outbox.all());
  tell(log, () => decider.afterCommit?.(state));
  tell(log, () => observer.turn({ messages: answers.length, ms: runtime.monotonicMs() - begunAt }));
  for (const { queued, answer } of answers) tell(log, () => queued.entry.committed(answer));
  return setAside;
}
