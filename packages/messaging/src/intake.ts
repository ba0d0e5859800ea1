import type { Broker, Consumer, IncomingMessage } from './broker.ts';
import { type DeadLetter, type DeadLetters, deadLetter, forgedLetter } from './dead-letters.ts';
import type { MessageFault } from './lanes/entry.ts';
import type { Lanes } from './lanes/lanes.ts';
import { Flood } from './parking/flood.ts';
import { ForgedAllowance } from './parking/forged-allowance.ts';
import { LetterBox } from './parking/letter-box.ts';
import type { Log, Observer, Runtime } from './runtime.ts';
import type { TurnState } from './session.ts';
import type { Forgery, MessageSignatures } from './signatures/message-signatures.ts';

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
  /** Absent: messages are taken as they come (rule O7). */
  readonly signatures?: MessageSignatures | undefined;
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

/** A message on its way through here. */
interface Admitted {
  readonly incoming: IncomingMessage;
  /** It is handled or parked, durably. */
  finish(): void;
  /** The dead letter that an operator sent back here; when it fails again it is that one again. Absent: it is from the broker. */
  readonly letterId?: string;
}

export class Intake<Message, State extends TurnState, Answer> {
  readonly #options: IntakeOptions<Message, State, Answer>;
  readonly #letterBox: LetterBox;
  readonly #flood: Flood;
  readonly #forged: ForgedAllowance;
  readonly consumer: Consumer;
  /** Would have been parked in a flood: taken up again when it is over. Their offsets are not free. */
  #held: Admitted[] = [];
  #generation = 0;
  #isClosed = false;
  #storeIsFailing = false;

  constructor(options: IntakeOptions<Message, State, Answer>) {
    const { runtime, log } = options;
    this.#options = options;
    this.#letterBox = new LetterBox(options);
    this.#flood = new Flood({ runtime, log, onChange: () => this.#onFlood() });
    this.#forged = new ForgedAllowance(runtime, log);
    this.consumer = options.broker.consume({
      groupId: options.groupId,
      topics: options.topics,
      from: 'earliest',
      onMessages: (messages) => this.#take(messages),
    });
  }

  get topics(): readonly string[] {
    return this.#options.topics;
  }

  start(): Promise<void> {
    return this.consumer.start();
  }

  /** Takes nothing more; what it took goes on, and its offsets are still committed. */
  close(): void {
    this.#isClosed = true;
    this.#flood.close();
    this.#letterBox.close();
    this.consumer.pause();
  }

  /** Commits the offsets of what is done and leaves the group. */
  async stop(): Promise<void> {
    this.close();
    await this.consumer.stop();
  }

  /**
   * Handles a dead letter as if the broker had just brought it: through the inbox, and so once. Resolves when it is handled
   * or parked again; never, when this process ends before. A forged one has to bear a signature of ours by now.
   */
  redrive(
    incoming: IncomingMessage,
    letter: { readonly id: string; readonly isForged: boolean },
  ): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const admitted = { incoming, finish: resolve, letterId: letter.id };
    const forgery = letter.isForged ? (this.#options.signatures?.verify(incoming) ?? null) : null;
    if (forgery === null) this.#admit(admitted);
    else void this.#park(admitted, { ...forgery, attempts: 1 });
    return promise;
  }

  /** Stops fetching while the store is at fault: nothing is parked for a systemic fault. */
  onStore(state: 'failing' | 'working'): void {
    this.#storeIsFailing = state === 'failing';
    this.#steer();
  }

  #onFlood(): void {
    this.#steer();
    if (!this.#flood.isOn) for (const admitted of this.#held.splice(0)) this.#admit(admitted);
  }

  #steer(): void {
    if (this.#isClosed || this.#storeIsFailing || this.#flood.isOn) this.consumer.pause();
    else this.consumer.resume();
  }

  async #take(messages: readonly IncomingMessage[]): Promise<void> {
    // What a fetch under way still brings is left to whoever gets the partition next.
    if (this.#isClosed) return;
    const generation = messages[0]?.generation ?? this.#generation;
    // A group join reads again what was not finished, and so what was held.
    if (generation !== this.#generation) this.#held = [];
    this.#generation = generation;
    const { signatures } = this.#options;
    for (const incoming of messages) {
      const admitted = { incoming, finish: () => this.consumer.done(incoming) };
      const forgery = signatures?.verify(incoming) ?? null;
      if (forgery === null) this.#admit(admitted);
      else void this.#leaveOut(admitted, forgery);
    }
    await this.#options.lanes.hasRoom();
  }

  #admit(admitted: Admitted): void {
    const decoded = this.#decode(admitted.incoming);
    switch (decoded.kind) {
      case 'message':
        this.#push(admitted, decoded.message);
        break;
      case 'skip':
        admitted.finish();
        break;
      case 'undecodable':
        void this.#park(admitted, { cause: decoded.cause, detail: decoded.detail, attempts: 1 });
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

  #push(admitted: Admitted, message: Message): void {
    const { finish } = admitted;
    this.#options.lanes.push({
      message,
      isUrgent: this.#options.isUrgent(message),
      committed: (answer) => {
        if (this.#options.onCommitted) this.#options.onCommitted(message, answer, finish);
        else finish();
      },
      parked: (fault) => this.#park(admitted, fault),
    });
  }

  /** Until the letter is durable the offset is not free, so that a crash reads the message again. */
  async #park(admitted: Admitted, fault: MessageFault): Promise<void> {
    const { incoming, letterId, finish } = admitted;
    // What an operator sends back says nothing about what the broker brings.
    if (letterId === undefined && !this.#flood.takes()) {
      this.#held.push(admitted);
      return;
    }
    const fresh = deadLetter(incoming, fault);
    const letter = letterId === undefined ? fresh : { ...fresh, id: letterId };
    this.#say(incoming, letter);
    if (await this.#letterBox.put(letter)) finish();
  }

  /**
   * Whoever has no key can neither stop consumption, as faults of messages do in a flood, nor hold a good message back:
   * what is kept of forged ones is bounded, and the rest is counted.
   */
  async #leaveOut({ incoming, finish }: Admitted, forgery: Forgery): Promise<void> {
    this.#options.observer.forged(forgery.cause);
    if (this.#forged.takes()) {
      const letter = forgedLetter(incoming, forgery);
      this.#say(incoming, letter);
      if (!(await this.#letterBox.putForged(letter))) return;
    }
    finish();
  }

  #say({ topic, offset }: IncomingMessage, { id, fault }: DeadLetter): void {
    this.#options.log.warn({ topic, offset: String(offset), id, ...fault }, 'dead letter');
  }
}
