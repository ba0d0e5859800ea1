import type { Broker } from './broker.ts';
import { type DeadLetters, deadLetter, TOO_LARGE_FOR_BROKER } from './dead-letters.ts';
import type { Deliveries } from './deliveries.ts';
import { Intake, type IntakeOptions } from './intake.ts';
import { Lanes } from './lanes/lanes.ts';
import { Relay } from './outbox/relay.ts';
import { type OutboxClaims, Sweeper } from './outbox/sweeper.ts';
import { atMost, type Log, type Observer, type Runtime } from './runtime.ts';
import type { Decider, Session, TurnState } from './session.ts';
import type { MessageSignatures } from './signatures/message-signatures.ts';

/** What a pipeline needs of its database: `postgresPipelineStore`, or in simulation one in memory. */
export interface PipelineStore<Message, State extends TurnState> {
  openSession(): Promise<Session<Message, State>>;
  readonly outboxClaims: OutboxClaims;
  readonly deadLetters: DeadLetters;
}

/**
 * A service's pipeline: consumer -> queue -> lanes -> commit -> relay, with a sweeper behind it. Accepting,
 * sweeping and consuming begin independently of each other (rule O8).
 */
export interface PipelineOptions<Message, State extends TurnState, Answer> {
  readonly name: string;
  readonly store: PipelineStore<Message, State>;
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly observer: Observer;
  readonly decider: Decider<Message, State, Answer>;
  readonly intake: Pick<
    IntakeOptions<Message, State, Answer>,
    'groupId' | 'topics' | 'decode' | 'isUrgent' | 'onCommitted'
  >;
  readonly lanes?: number;
  readonly batchCap?: number;
  /** Of all that is published and read here; absent: none (rule O7). */
  readonly signatures?: MessageSignatures | undefined;
  /** What a participant's `decode` notes; absent: nothing is noted. */
  readonly deliveries?: Deliveries | undefined;
}

export interface Pipeline<Message, State extends TurnState, Answer> {
  readonly lanes: Lanes<Message, State, Answer>;
  readonly intake: Intake<Message, State, Answer>;
  readonly relay: Relay;
  start(): void;
  /** Stops taking, finishes what is queued, publishes it, leaves the group: in a few seconds, also while database or broker are away. */
  stop(): Promise<void>;
}

const SETTLE_MS = 2_000;

export function createPipeline<Message, State extends TurnState, Answer>(
  options: PipelineOptions<Message, State, Answer>,
): Pipeline<Message, State, Answer> {
  const { broker, runtime, log, observer, store, signatures, deliveries } = options;
  const { deadLetters } = store;
  const relay = new Relay({
    broker,
    runtime,
    log,
    observer,
    signatures,
    deliveries,
    parkRefused: async (message, reason) => {
      const cause = TOO_LARGE_FOR_BROKER;
      const headers = Object.fromEntries(
        Object.entries(message.headers).map(([name, value]) => [name, Buffer.from(value)]),
      );
      await deadLetters.park(
        deadLetter(
          { topic: message.topic, key: message.key, value: Buffer.from(message.value), headers },
          { cause, detail: reason, attempts: 1 },
        ),
      );
      observer.parked(cause);
    },
  });
  const lanes: Lanes<Message, State, Answer> = new Lanes({
    name: options.name,
    decider: options.decider,
    openSession: () => store.openSession(),
    relay,
    runtime,
    log,
    observer,
    ...(options.lanes === undefined ? {} : { lanes: options.lanes }),
    ...(options.batchCap === undefined ? {} : { batchCap: options.batchCap }),
    onStore: (state) => intake.onStore(state),
  });
  const intake = new Intake({
    ...options.intake,
    broker,
    lanes,
    deadLetters,
    runtime,
    log,
    observer,
    signatures,
  });
  const sweeper = new Sweeper({ claims: store.outboxClaims, relay, broker, runtime, log, observer });
  return {
    lanes,
    intake,
    relay,
    start() {
      sweeper.start();
      void intake.start();
    },
    async stop() {
      intake.close();
      await atMost(runtime, SETTLE_MS, Promise.all([lanes.settled(), sweeper.stop()]));
      if (broker.health().connected) await relay.settle(SETTLE_MS);
      await lanes.close();
      await intake.stop();
    },
  };
}
