import type { Broker, Consumer, IncomingMessage } from './broker.ts';
import { type DeadLetters, deadLetter } from './dead-letters.ts';
import type { MessageFault } from './lanes/entry.ts';
import type { Lanes } from './lanes/lanes.ts';
import type { Cancel, Log, Observer, Runtime } from './runtime.ts';
import type { TurnState } from './session.ts';

/**
 * From the broker into the lanes. A message's offset is free once it is committed or parked; what does not decode is
 * parked with its cause, never dropped.
 */
export interface IntakeOptions<Message, State extends TurnState, Answer> {
  readonly broker: Broker;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly lanes: Lanes<Message, State, Answer>;
  readonly deadLetters: DeadLetters;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly observer: Observer;
  decode(message: IncomingMessage): Decoded<Message>;
  /** True for work in progress: it goes before new work. */
  isUrgent(message: Message): boolean;
  /** After the commit. `finish` frees the offset; called at once unless the work goes on outside the turn. */
  onCommitted?(message: Message, answer: Answer, finish: () => void): void;
}

export type Decoded<Message> =
  | { readonly kind: 'message'; readonly message: Message }
  /** Not for this reader; its offset is free. */
  | { readonly kind: 'skip' }
  | { readonly kind: 'undecodable'; readonly cause: string; readonly detail: string };

/** More than so many parked in a minute is no longer the fault of messages: consumption stops (rule L7). */
const MAX_PARKED_PER_MINUTE = 20;
const MINUTE_MS = 60_000;
const PARK_RETRY_MS = 500;

export class Intake<Message, State extends TurnState, Answer> {
  readonly #options: IntakeOptions<Message, State, Answer>;
  readonly consumer: Consumer;
  #parkedAt: number[] = [];
  /** Would have been parked in a flood: taken up again when it is over. Their offsets are not free. */
  #held: IncomingMessage[] = [];
  #generation = 0;
  #isClosed = false;
  #storeIsFailing = false;
  #isFlooded = false;
  #parkingFails = false;
  #endFlood: Cancel = () => undefined;

  constructor(options: IntakeOptions<Message, State, Answer>) {
    this.#options = options;
    this.consumer = options.broker.consume({
      groupId: options.groupId,
      topics: options.topics,
      from: 'earliest',
      onMessages: (messages) => this.#take(messages),
    });
  }

  start(): Promise<void> {
    return this.consumer.start();
  }

  /** Takes nothing more; what it took goes on, and its offsets are still committed. */
  close(): void {
    this.#isClosed = true;
    this.#endFlood();
    this.consumer.pause();
  }

  /** Commits the offsets of what is done and leaves the group. */
  async stop(): Promise<void> {
    this.close();
    await this.consumer.stop();
  }

  /** Stops fetching while the store is at fault: nothing is parked for a systemic fault. */
  onStore(state: 'failing' | 'working'): void {
    this.#storeIsFailing = state === 'failing';
    this.#steer();
  }

  #steer(): void {
    if (this.#isClosed || this.#storeIsFailing || this.#isFlooded) this.consumer.pause();
    else this.consumer.resume();
  }

  async #take(messages: readonly IncomingMessage[]): Promise<void> {
    // What a fetch under way still brings is left to whoever gets the partition next.
    if (this.#isClosed) return;
    const generation = messages[0]?.generation ?? this.#generation;
    // A group join reads again what was not finished, and so what was held.
    if (generation !== this.#generation) this.#held = [];
    this.#generation = generation;
    for (const incoming of messages) this.#admit(incoming);
    await this.#options.lanes.hasRoom();
  }

  #admit(incoming: IncomingMessage): void {
    const decoded = this.#decode(incoming);
    switch (decoded.kind) {
      case 'message':
        this.#push(incoming, decoded.message);
        break;
      case 'skip':
        this.consumer.done(incoming);
        break;
      case 'undecodable':
        void this.#park(incoming, { cause: decoded.cause, detail: decoded.detail, attempts: 1 });
        break;
      default:
        throw new Error(`no such outcome: ${decoded satisfies never}`);
    }
  }

  /** A decoder that throws would bring the same batch again, for ever. */
  #decode(incoming: IncomingMessage): Decoded<Message> {
    try {
      return this.#options.decode(incoming);
    } catch (error) {
      return { kind: 'undecodable', cause: 'DECODER_DEFECT', detail: String(error) };
    }
  }

  #push(incoming: IncomingMessage, message: Message): void {
    const finish = () => this.consumer.done(incoming);
    this.#options.lanes.push({
      message,
      isUrgent: this.#options.isUrgent(message),
      committed: (answer) => {
        if (this.#options.onCommitted) this.#options.onCommitted(message, answer, finish);
        else finish();
      },
      parked: (fault) => this.#park(incoming, fault),
    });
  }

  /** Tries until the letter is durable; until then the offset is not free, so that a crash reads the message again. */
  async #park(incoming: IncomingMessage, fault: MessageFault): Promise<void> {
    const { deadLetters, runtime, log, observer } = this.#options;
    if (!this.#mayPark()) {
      this.#held.push(incoming);
      return;
    }
    const letter = deadLetter(incoming, fault);
    const { topic, offset } = incoming;
    log.warn({ topic, offset: String(offset), id: letter.id, ...fault }, 'dead letter');
    for (;;) {
      try {
        await deadLetters.park(letter);
        break;
      } catch (error) {
        if (this.#isClosed) return;
        if (!this.#parkingFails)
          log.warn({ id: letter.id, error: String(error) }, 'dead letters cannot be stored, trying again');
        this.#parkingFails = true;
        await new Promise<void>((resolve) => runtime.after(PARK_RETRY_MS, resolve));
      }
    }
    this.#parkingFails = false;
    observer.parked(fault.cause);
    this.consumer.done(incoming);
  }

  /** False in a flood of faults: then they are not the messages' own (rule L7). */
  #mayPark(): boolean {
    const { runtime, log } = this.#options;
    const now = runtime.monotonicMs();
    this.#parkedAt = this.#parkedAt.filter((at) => now - at < MINUTE_MS);
    if (!this.#isFlooded && this.#parkedAt.length < MAX_PARKED_PER_MINUTE) {
      this.#parkedAt.push(now);
      return true;
    }
    if (!this.#isFlooded) {
      this.#isFlooded = true;
      log.error(
        { parkedInAMinute: this.#parkedAt.length },
        'too many messages are at fault for it to be theirs: consumption stops for a minute; look at the dead letters',
      );
      this.#steer();
      this.#endFlood = runtime.after(MINUTE_MS, () => this.#goOn());
    }
    return false;
  }

  #goOn(): void {
    this.#isFlooded = false;
    this.#parkedAt = [];
    this.#steer();
    for (const incoming of this.#held.splice(0)) this.#admit(incoming);
  }
}
