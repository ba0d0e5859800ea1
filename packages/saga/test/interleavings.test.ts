import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CommandIntent,
  decide,
  isOver,
  type SagaDefinition,
  type SagaEvent,
  type SagaInstance,
  startSaga,
  type Transition,
} from '../src/index.ts';
import { jitters, variants } from './arbitrary.ts';
import { checkDecision, transitionsOf } from './invariants.ts';
import { placeOrder } from './place-order.ts';
import { CANCELLED, SAGA_ID, T0 } from './story.ts';

/** One thing that may happen next; numbers pick among what there is at that moment. */
type Happening =
  | { readonly type: 'answer'; readonly outcome: 'succeeded' | 'failed' }
  | { readonly type: 'old-reply'; readonly pick: number; readonly outcome: 'succeeded' | 'failed' }
  | { readonly type: 'foreign-reply'; readonly outcome: 'succeeded' | 'failed' }
  | {
      readonly type: 'wake';
      readonly lateMs: number;
      readonly blind: boolean;
      readonly mayResend: boolean;
    }
  | { readonly type: 'deadline' }
  | { readonly type: 'cancel' }
  | { readonly type: 'admit' };

const outcome = fc.constantFrom('succeeded' as const, 'succeeded' as const, 'failed' as const);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('answer' as const), outcome }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('old-reply' as const), pick: fc.nat(), outcome }) },
  fc.record({ type: fc.constant('foreign-reply' as const), outcome }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('wake' as const),
      lateMs: fc.integer({ min: -10_000, max: 200_000 }),
      blind: fc.boolean(),
      mayResend: fc.boolean(),
    }),
  },
  fc.record({ type: fc.constant('deadline' as const) }),
  fc.record({ type: fc.constant('cancel' as const) }),
  fc.record({ type: fc.constant('admit' as const) }),
);

/** What was seen from outside, with no look into the engine: commands that left, answers it took, its history. */
class Witness {
  readonly definition: SagaDefinition;
  readonly commands: CommandIntent[] = [];
  readonly history: Transition[] = [];
  readonly rejected = new Set<string>();
  readonly undone: string[] = [];
  readonly #jitter: number;
  now = T0;
  instance: SagaInstance;

  constructor(definition: SagaDefinition, admitted: boolean, jitter: number) {
    this.definition = definition;
    this.#jitter = jitter;
    this.instance = this.#see(null, startSaga(definition, SAGA_ID, this.#input(), admitted));
  }

  happens(what: Happening): void {
    const { outstanding } = this.instance;
    switch (what.type) {
      case 'answer':
        this.answer(what.outcome);
        break;
      case 'old-reply': {
        const old = this.commands[what.pick % Math.max(1, this.commands.length)];
        if (old !== undefined && old.id !== outstanding?.commandId) this.tell(reply(old.id, what.outcome));
        break;
      }
      case 'foreign-reply':
        this.tell(reply('f0f0f0f0-0000-4000-8000-000000000000', what.outcome));
        break;
      case 'wake':
        this.now = Math.max(this.now, (outstanding?.dueAt ?? this.now) + what.lateMs);
        this.tell({ type: 'wake', blind: what.blind, mayResend: what.mayResend });
        break;
      case 'deadline':
        for (let looks = 0; looks < 30; looks++) this.happens(punctualWake);
        break;
      case 'cancel':
        this.tell({ type: 'cancel', failure: CANCELLED });
        break;
      case 'admit':
        this.tell({ type: 'admit' });
        break;
      default:
        what satisfies never;
    }
  }

  /** Whatever is outstanding is answered, until the saga is over. */
  settle(): void {
    for (let answers = 0; !isOver(this.instance.status); answers++) {
      expect(answers, 'a saga whose commands are all answered ends').toBeLessThan(20);
      this.tell({ type: 'admit' });
      this.answer('succeeded');
    }
  }

  answer(outcome: 'succeeded' | 'failed'): void {
    const before = this.instance;
    if (before.outstanding?.sent !== true) return;
    const command = this.commands.findLast(({ id }) => id === before.outstanding?.commandId);
    this.tell(reply(before.outstanding.commandId, outcome));
    if (command === undefined || this.instance === before || this.instance.seq === before.seq) return;
    if (command.direction === 'backward') this.undone.push(command.step);
    else if (outcome === 'failed') this.rejected.add(command.step);
  }

  tell(event: SagaEvent): void {
    const frozen = deepFreeze(this.instance);
    this.instance = this.#see(frozen, decide(this.definition, frozen, event, this.#input()));
  }

  #see(before: SagaInstance | null, decision: ReturnType<typeof decide>): SagaInstance {
    checkDecision(before, decision);
    this.history.push(...transitionsOf(decision));
    for (const effect of decision.effects) if (effect.type === 'send') this.commands.push(effect.command);
    return decision.instance;
  }

  #input() {
    return { now: this.now, jitter: this.#jitter };
  }
}

const punctualWake = { type: 'wake', lateMs: 0, blind: false, mayResend: true } as const;

const runs = fc
  .record({
    variant: variants,
    admitted: fc.boolean(),
    jitter: jitters,
    happenings: fc.array(happening, { maxLength: 40 }),
  })
  .map(({ variant, admitted, jitter, happenings }) => ({
    happenings,
    begin: () => new Witness(placeOrder(variant), admitted, jitter),
    toString: () => JSON.stringify({ variant, admitted, jitter, happenings }),
  }));

function everyRun(check: (saga: Witness) => void): void {
  fc.assert(
    fc.property(runs, ({ begin, happenings }) => {
      const saga = begin();
      for (const what of happenings) saga.happens(what);
      saga.settle();
      check(saga);
    }),
    { numRuns: 500 },
  );
}

describe('whatever happens, in whatever order and however often', () => {
  it('the saga ends Completed with every step done, or Compensated', () => {
    everyRun(({ instance }) => {
      const states = instance.steps.map((step) => step.state);
      if (instance.status === 'Completed') {
        expect(states.filter((state) => state !== 'skipped').every((state) => state === 'completed')).toBe(
          true,
        );
      } else {
        expect(instance.status).toBe('Compensated');
        expect(instance.failure).not.toBeNull();
        for (const state of states) expect(['undone', 'rejected', 'dropped', 'pending']).toContain(state);
      }
    });
  });

  it('what was undone is every step that was sent and not rejected, in reverse order', () => {
    everyRun(({ instance, commands, rejected, undone, definition }) => {
      const sent = new Set(commands.flatMap((it) => (it.direction === 'forward' ? [it.step] : [])));
      const toUndo = definition.steps
        .map((step) => step.name)
        .filter((name) => sent.has(name) && !rejected.has(name))
        .reverse();
      expect(undone).toEqual(instance.status === 'Compensated' ? toUndo : []);
    });
  });

  it('the history is 1, 2, 3 … and a path from Started to where it ended', () => {
    everyRun(({ history, instance }) => {
      expect(history.map((transition) => transition.seq)).toEqual(history.map((_, at) => at + 1));
      expect(history[0]).toMatchObject({ kind: 'SagaStarted', sagaStatus: 'Started' });
      expect(history.at(-1)?.sagaStatus).toBe(instance.status);
    });
  });

  it('one command keeps one id, key and time of issue through all its sends', () => {
    everyRun(({ commands }) => {
      const byId = Map.groupBy(commands, (command) => command.id);
      for (const sends of byId.values()) for (const send of sends) expect(send).toEqual(sends[0]);
      const keys = new Set([...byId.values()].map(([first]) => first?.idempotencyKey));
      expect(keys.size).toBe(byId.size);
    });
  });

  it('seed defect 42: a saga read back from its JSON goes on as if it had never been away', () => {
    fc.assert(
      fc.property(runs, ({ begin, happenings }) => {
        const [kept, stored] = [begin(), begin()];
        for (const what of happenings) {
          kept.happens(what);
          stored.instance = JSON.parse(JSON.stringify(stored.instance));
          stored.happens(what);
          expect(stored.instance).toEqual(kept.instance);
        }
        expect(stored.commands).toEqual(kept.commands);
      }),
    );
  });
});

function reply(commandId: string, outcome: 'succeeded' | 'failed'): SagaEvent {
  return { type: 'reply', commandId, outcome, result: { by: 'participant' }, error: null };
}

/** The engine is pure: a write to what it was given throws. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
