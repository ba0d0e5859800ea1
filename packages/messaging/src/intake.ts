import type { Broker, Consumer, IncomingMessage } from './broker.ts';
import { type DeadLetters, deadLetter } from './dead-letters.ts';
import type { MessageFault } from './lanes/entry.ts';
import type { Lanes } from './lanes/lanes.ts';
import type { Log, Observer, Runtime } from './runtime.ts';
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
  #isClosed = false;
  #storeIsFailing = false;
  #isFlooded = false;

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
    const { lanes, decode } = this.#options;
    // What a fetch under way still brings is left to whoever gets the partition next.
    if (this.#isClosed) return;
    for (const incoming of messages) {
      const decoded = decode(incoming);
      switch (decoded.kind) {
        case 'message':
          this.#push(incoming, decoded.message);
          break;
        case 'skip':
          this.consumer.done(incoming);
          break;
        case 'undecodable':
          this.#options.observer.parked(decoded.cause);
          void this.#park(incoming, { cause: decoded.cause, detail: decoded.detail, attempts: 1 });
          break;
        default:
          throw new Error(`no such outcome: ${decoded satisfies never}`);
      }
    }
    await lanes.hasRoom();
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
    const { deadLetters, runtime, log } = this.#options;
    this.#noteParked();
    const letter = deadLetter(incoming, fault);
    log.warn(
      { topic: incoming.topic, offset: String(incoming.offset), id: letter.id, ...fault },
      'dead letter',
    );
    while (!this.#isClosed) {
      try {
        await deadLetters.park(letter);
        this.consumer.done(incoming);
        return;
      } catch (error) {
        log.warn({ id: letter.id, error: String(error) }, 'a dead letter cannot be stored yet, trying again');
        await new Promise<void>((resolve) => runtime.after(PARK_RETRY_MS, resolve));
      }
    }
  }

  #noteParked(): void {
    const { runtime, log } = this.#options;
    const now = runtime.monotonicMs();
    this.#parkedAt = this.#parkedAt.filter((at) => now - at < MINUTE_MS);
    this.#parkedAt.push(now);
    if (this.#parkedAt.length <= MAX_PARKED_PER_MINUTE || this.#isFlooded) return;
    this.#isFlooded = true;
    log.error(
      { parkedInAMinute: this.#parkedAt.length },
      'too many messages are at fault for it to be theirs: consumption stops for a minute; look at the dead letters',
    );
    this.#steer();
    runtime.after(MINUTE_MS, () => {
      this.#isFlooded = false;
      this.#parkedAt = [];
      this.#steer();
    });
  }
}

/** Decodes a value with a schema; the cause of a failure is stable, its detail names the field. */
export function decodeJson<Output>(
  value: Buffer | null,
  schema: {
    safeParse(
      input: unknown,
    ):
      | { success: true; data: Output }
      | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
  },
):
  | { readonly ok: true; readonly data: Output }
  | { readonly ok: false; readonly cause: string; readonly detail: string } {
  if (value === null) return { ok: false, cause: 'EMPTY', detail: 'the message has no value' };
  let json: unknown;
  try {
    json = JSON.parse(strictUtf8.decode(value));
  } catch (error) {
    return { ok: false, cause: 'NOT_JSON', detail: error instanceof Error ? error.message : String(error) };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, data: parsed.data };
  const detail = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  return { ok: false, cause: 'UNKNOWN_SHAPE', detail };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
