import type { CommandType } from '@order-saga/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CommandIntent,
  type Decision,
  decide,
  isOver,
  type SagaDefinition,
  type SagaEvent,
  type SagaInstance,
  startSaga,
} from '../src/index.ts';
import { jitters, variants } from './arbitrary.ts';
import { checkDecision } from './invariants.ts';
import { placeOrder } from './place-order.ts';
import { CANCELLED, SAGA_ID, T0 } from './story.ts';

/**
 * A saga, its participants, and a network between them that loses, repeats and reorders commands and replies.
 * What counts is what the participants hold at the end: everything, or nothing.
 */

const UNDO_OF: Partial<Record<CommandType, CommandType>> = {
  CancelOrder: 'CreateOrder',
  CompensatePayment: 'ProcessPayment',
  CompensateInventory: 'ReserveInventory',
};

type Reply = Extract<SagaEvent, { type: 'reply' }>;
type Message =
  | { readonly to: 'participant'; readonly command: CommandIntent }
  | { readonly to: 'saga'; readonly reply: Reply };

/** A participant that answers each key once and for ever; only one with tombstones refuses an action after its undo. */
class Participant {
  readonly effects = new Set<CommandType>();
  readonly #answers = new Map<string, Reply>();
  readonly #tombstones = new Set<CommandType>();
  readonly #leavesTombstones: boolean;
  readonly #rejects: ReadonlySet<CommandType>;

  constructor(leavesTombstones: boolean, rejects: ReadonlySet<CommandType>) {
    this.#leavesTombstones = leavesTombstones;
    this.#rejects = rejects;
  }

  handle(command: CommandIntent): Reply {
    const known = this.#answers.get(command.idempotencyKey);
    if (known !== undefined) return known;
    const succeeded = this.#apply(command.type);
    const answer: Reply = {
      type: 'reply',
      commandId: command.id,
      outcome: succeeded ? 'succeeded' : 'failed',
      result: null,
      error: null,
    };
    this.#answers.set(command.idempotencyKey, answer);
    return answer;
  }

  #apply(type: CommandType): boolean {
    const action = UNDO_OF[type];
    if (action !== undefined) {
      this.effects.delete(action);
      if (this.#leavesTombstones) this.#tombstones.add(action);
      return true;
    }
    if (this.#rejects.has(type) || this.#tombstones.has(type)) return false;
    this.effects.add(type);
    return true;
  }
}

class World {
  readonly #definition: SagaDefinition;
  readonly #participants = new Map<string, Participant>();
  readonly #network: Message[] = [];
  readonly #jitter: number;
  #now = T0;
  instance: SagaInstance;

  constructor(
    definition: SagaDefinition,
    admitted: boolean,
    jitter: number,
    rejects: readonly CommandType[],
  ) {
    this.#definition = definition;
    this.#jitter = jitter;
    for (const [name, { tombstones }] of Object.entries(definition.participants)) {
      this.#participants.set(name, new Participant(tombstones, new Set(rejects)));
    }
    this.instance = this.#carryOut(null, startSaga(definition, SAGA_ID, this.#input(), admitted));
  }

  get effects(): CommandType[] {
    return [...this.#participants.values()].flatMap((participant) => [...participant.effects]).sort();
  }

  deliver(pick: number, fate: 'once' | 'and-again' | 'lost'): void {
    const at = pick % Math.max(1, this.#network.length);
    const message = this.#network[at];
    if (message === undefined) return;
    if (fate !== 'and-again') this.#network.splice(at, 1);
    if (fate === 'lost') return;
    if (message.to === 'saga') {
      this.tell(message.reply);
      return;
    }
    const participant = this.#participants.get(message.command.participant);
    if (participant !== undefined) {
      this.#network.push({ to: 'saga', reply: participant.handle(message.command) });
    }
  }

  tell(event: SagaEvent): void {
    this.instance = this.#carryOut(
      this.instance,
      decide(this.#definition, this.instance, event, this.#input()),
    );
  }

  wakeOnTime(): void {
    this.#now = Math.max(this.#now, this.instance.outstanding?.dueAt ?? 0);
    this.tell({ type: 'wake', blind: false, mayResend: true });
  }

  /** The network heals: what is sent arrives, and what is still under way arrives too, even after the end. */
  heal(): void {
    for (let rounds = 0; !isOver(this.instance.status) || this.#network.length > 0; rounds++) {
      expect(rounds, 'a saga ends when the network heals').toBeLessThan(500);
      if (!this.instance.admitted) this.tell({ type: 'admit' });
      if (this.#network.length > 0) this.deliver(rounds, 'once');
      else this.wakeOnTime();
    }
  }

  #carryOut(before: SagaInstance | null, decision: Decision): SagaInstance {
    checkDecision(before, decision);
    for (const effect of decision.effects) {
      if (effect.type === 'send') this.#network.push({ to: 'participant', command: effect.command });
    }
    return decision.instance;
  }

  #input() {
    return { now: this.#now, jitter: this.#jitter };
  }
}

const fate = fc.constantFrom('once' as const, 'once' as const, 'and-again' as const, 'lost' as const);
const move = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('deliver' as const), pick: fc.nat(), fate }) },
  { weight: 4, arbitrary: fc.constant({ type: 'wake' as const }) },
  fc.constant({ type: 'cancel' as const }),
  fc.constant({ type: 'admit' as const }),
);

describe('over a network that loses, repeats and reorders', () => {
  it('a Completed saga leaves everything in effect, a Compensated one nothing, and late messages change neither', () => {
    const rejectable = ['CreateOrder', 'ProcessPayment', 'ReserveInventory'] as const;
    fc.assert(
      fc.property(
        variants,
        fc.boolean(),
        jitters,
        fc.oneof(fc.constant([]), fc.subarray([...rejectable], { maxLength: 1 })),
        fc.array(move, { maxLength: 80 }),
        (variant, admitted, jitter, rejects, moves) => {
          const definition = placeOrder(variant);
          const world = new World(definition, admitted, jitter, rejects);
          for (const next of moves) {
            if (next.type === 'deliver') world.deliver(next.pick, next.fate);
            else if (next.type === 'wake') world.wakeOnTime();
            else if (next.type === 'cancel') world.tell({ type: 'cancel', failure: CANCELLED });
            else world.tell({ type: 'admit' });
          }
          world.heal();
          const done = world.instance.steps.flatMap((step) =>
            step.state === 'completed' ? [step.name] : [],
          );
          expect(world.effects).toEqual([...done].sort());
          if (world.instance.status === 'Compensated') expect(world.effects).toEqual([]);
          else expect(world.instance.status).toBe('Completed');
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
