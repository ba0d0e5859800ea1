import type { CommandType, Failure, SagaStatus } from '@order-saga/contracts';
import { expect } from 'vitest';
import {
  type CommandIntent,
  type Decision,
  decide,
  type IgnoredCause,
  type SagaDefinition,
  type SagaEvent,
  type SagaInstance,
  type StepState,
  startSaga,
  type Transition,
} from '../src/index.ts';
import { checkDecision, transitionsOf } from './invariants.ts';

export const SAGA_ID = '5a6a0000-0000-4000-8000-000000000001';
export const T0 = Date.UTC(2026, 0, 1);
export const CANCELLED: Failure = {
  code: 'CANCELLED_BY_CUSTOMER',
  message: 'the customer changed their mind',
};

/** Begins a story: given(definition).start().expectCommand('ProcessPayment').succeeds() … .expectEnd('Completed'). */
export function given(definition: SagaDefinition): Story {
  return new Story(definition);
}

export class Story {
  readonly #definition: SagaDefinition;
  readonly #commands: CommandIntent[] = [];
  readonly #history: Transition[] = [];
  #now = T0;
  #last: Decision | null = null;

  constructor(definition: SagaDefinition) {
    this.#definition = definition;
  }

  get now(): number {
    return this.#now;
  }

  get history(): readonly Transition[] {
    return this.#history;
  }

  get decision(): Decision {
    if (this.#last === null) throw new Error('the story has not been started');
    return this.#last;
  }

  get instance(): SagaInstance {
    return this.decision.instance;
  }

  get outstanding() {
    const { outstanding } = this.instance;
    if (outstanding === null) throw new Error('nothing is outstanding');
    return outstanding;
  }

  // What happens

  start({ admitted = true } = {}): this {
    return this.#record(null, startSaga(this.#definition, SAGA_ID, { now: this.#now, jitter: 1 }, admitted));
  }

  /** Goes on with a saga that was begun elsewhere, as a restarted orchestrator does. */
  continue(instance: SagaInstance): this {
    this.#last = { kind: 'moved', instance, effects: [] };
    return this;
  }

  admit(): this {
    return this.event({ type: 'admit' });
  }

  cancel(): this {
    return this.event({ type: 'cancel', failure: CANCELLED });
  }

  /** The participant answers the outstanding command. */
  succeeds(result: unknown = null): this {
    return this.answers(this.outstanding.commandId, 'succeeded', result);
  }

  fails(code = 'REFUSED'): this {
    return this.answers(this.outstanding.commandId, 'failed', null, { code, message: `${code}, in words` });
  }

  /** Every command up to and without this one succeeds. */
  succeedsUntil(type: CommandType): this {
    while (this.instance.outstanding !== null && this.#lastCommand().type !== type) this.succeeds();
    return this.expectLastCommand(type);
  }

  answers(
    commandId: string,
    outcome: 'succeeded' | 'failed',
    result: unknown = null,
    error: Failure | null = null,
  ): this {
    return this.event({ type: 'reply', commandId, outcome, result, error });
  }

  /** An answer to a command of this story, sent again or late. */
  repeats(type: CommandType, outcome: 'succeeded' | 'failed' = 'succeeded'): this {
    const command = this.#commands.find((sent) => sent.type === type);
    if (command === undefined) throw new Error(`${type} was never sent`);
    return this.answers(command.id, outcome);
  }

  after(ms: number): this {
    this.#now += ms;
    return this;
  }

  wake({ blind = false, mayResend = true } = {}): this {
    return this.event({ type: 'wake', blind, mayResend });
  }

  wakesWhenDue(options: { blind?: boolean; mayResend?: boolean; lateMs?: number } = {}): this {
    this.#now = this.outstanding.dueAt + (options.lateMs ?? 0);
    return this.wake(options);
  }

  /** Woken on time, again and again, while nobody answers, until something other than a re-send happens. */
  staysSilentUntilDeadline(): this {
    do this.wakesWhenDue();
    while (transitionsOf(this.decision).length === 0);
    return this;
  }

  event(event: SagaEvent): this {
    const before = this.instance;
    return this.#record(before, decide(this.#definition, before, event, { now: this.#now, jitter: 1 }));
  }

  // What is expected

  /** Exactly this command goes out, for the first time. */
  expectCommand(type: CommandType): this {
    expect(this.#sent()).toEqual([{ type, isResend: false }]);
    return this;
  }

  expectResend(type: CommandType): this {
    expect(this.#sent()).toEqual([{ type, isResend: true }]);
    return this;
  }

  expectLastCommand(type: CommandType): this {
    expect(this.#lastCommand().type).toBe(type);
    return this;
  }

  expectNothingSent(): this {
    expect(this.#sent()).toEqual([]);
    return this;
  }

  expectWaitsForAdmission(): this {
    expect(this.decision.effects).toContainEqual({ type: 'await-admission' });
    expect(this.outstanding).toMatchObject({ sent: false, attempts: 0 });
    return this.expectNothingSent();
  }

  expectIgnored(cause: IgnoredCause): this {
    expect(this.decision).toMatchObject({ kind: 'ignored', cause });
    return this.expectNothingSent();
  }

  expectStatus(status: SagaStatus): this {
    expect(this.instance.status).toBe(status);
    return this;
  }

  expectEnd(status: 'Completed' | 'Compensated'): this {
    expect(this.instance.outstanding).toBeNull();
    return this.expectNothingSent().expectStatus(status);
  }

  expectFailure(code: string | null): this {
    expect(this.instance.failure?.code ?? null).toBe(code);
    return this;
  }

  expectAttention(reason: RegExp): this {
    expect(this.instance.attention?.reason).toMatch(reason);
    return this;
  }

  expectNoAttention(): this {
    expect(this.instance.attention).toBeNull();
    return this;
  }

  expectSteps(...states: StepState[]): this {
    expect(this.instance.steps.map((step) => step.state)).toEqual(states);
    return this;
  }

  /** All transitions so far, as 'Kind Step'. */
  expectHistory(...entries: string[]): this {
    expect(this.#history.map(({ kind, step }) => [kind, step].filter(Boolean).join(' '))).toEqual(entries);
    return this;
  }

  #sent() {
    return this.decision.effects.flatMap((effect) =>
      effect.type === 'send' ? [{ type: effect.command.type, isResend: effect.isResend }] : [],
    );
  }

  #lastCommand(): CommandIntent {
    const command = this.#commands.at(-1);
    if (command === undefined) throw new Error('no command was sent yet');
    return command;
  }

  #record(before: SagaInstance | null, decision: Decision): this {
    checkDecision(before, decision);
    this.#last = decision;
    this.#history.push(...transitionsOf(decision));
    for (const effect of decision.effects) if (effect.type === 'send') this.#commands.push(effect.command);
    return this;
  }
}
