import type { IncomingMessage, OutgoingMessage } from './broker.ts';

/**
 * How long messages were on their way, for operators: nothing is decided by it. A participant notes when a command was
 * published and when it was taken; its reply carries both in a header that is made at publishing and never stored, and
 * the orchestrator adds the way of the reply. Kept in memory: after a restart, and from foreign participants, there is
 * none. Times are milliseconds since 1970 on the clocks of different machines.
 */
export interface Delivery {
  readonly commandPublishedAt: number;
  readonly commandReceivedAt: number;
  readonly replyPublishedAt: number;
  readonly replyReceivedAt: number;
}

export const DELIVERY_HEADER = 'delivery';

/** Commands that are taken and not answered; those of a participant that stands still for longer are not worth more. */
const MAX_NOTED = 20_000;
const WINDOW_MS = 5_000;
const FORM = /^(\d{1,15}),(\d{1,15})$/;

interface Noted {
  readonly publishedAt: number;
  readonly receivedAt: number;
}

export class Deliveries {
  readonly #now: () => number;
  readonly #noted = new Map<string, Noted>();
  /** The longest way in this window and in the one before it. */
  #longestMs = [0, 0] as [number, number];
  #windowBegan = 0;

  /** `now`: the wall clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A command was taken. */
  note(incoming: IncomingMessage): void {
    const receivedAt = this.#receive(incoming);
    const id = incoming.headers.ce_id?.toString('latin1');
    if (id === undefined) return;
    if (this.#noted.size >= MAX_NOTED) this.#noted.delete(this.#noted.keys().next().value ?? '');
    this.#noted.set(id, { publishedAt: incoming.timestampMs, receivedAt });
  }

  /** Adds to a reply what is known of its command. */
  stamp<Message extends OutgoingMessage>(message: Message): Message {
    const causation = message.headers.ce_causationid;
    const noted = causation === undefined ? undefined : this.#noted.get(causation);
    if (causation === undefined || noted === undefined) return message;
    this.#noted.delete(causation);
    const header = `${noted.publishedAt},${noted.receivedAt}`;
    return { ...message, headers: { ...message.headers, [DELIVERY_HEADER]: header } };
  }

  /** The way of a reply and of its command; null where the participant said nothing. */
  read(incoming: IncomingMessage): Delivery | null {
    const receivedAt = this.#receive(incoming);
    const [, published, received] =
      FORM.exec(incoming.headers[DELIVERY_HEADER]?.toString('latin1') ?? '') ?? [];
    if (published === undefined || received === undefined) return null;
    return {
      commandPublishedAt: Number(published),
      commandReceivedAt: Number(received),
      replyPublishedAt: incoming.timestampMs,
      replyReceivedAt: receivedAt,
    };
  }

  /** From publishing to taking: the longest of the last 5 to 10 s, in milliseconds; 0 when nothing came. */
  get lagMs(): number {
    this.#turnWindow(this.#now());
    return Math.max(...this.#longestMs);
  }

  #receive({ timestampMs }: IncomingMessage): number {
    const receivedAt = this.#now();
    this.#turnWindow(receivedAt);
    this.#longestMs[0] = Math.max(this.#longestMs[0], receivedAt - timestampMs);
    return receivedAt;
  }

  #turnWindow(now: number): void {
    const windows = Math.floor((now - this.#windowBegan) / WINDOW_MS);
    if (windows === 0) return;
    this.#longestMs = [0, windows === 1 ? this.#longestMs[0] : 0];
    this.#windowBegan += windows * WINDOW_MS;
  }
}
