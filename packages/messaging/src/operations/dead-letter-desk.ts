import type { DeadLetterAct } from '@order-saga/contracts';
import type { IncomingMessage } from '../broker.ts';
import type { Intake } from '../intake.ts';
import { atMost, type Cancel, type Log, type Runtime } from '../runtime.ts';
import type { TurnState } from '../session.ts';
import { isForgery } from '../signatures/message-signatures.ts';

/** What operators do with dead letters, on the letters' rows. Refusals are `RequestError`s. */
export interface LetterVerbs {
  /** null: it is a message of ours, and lies in the outbox again. Otherwise it is this process's to redrive, for a while. */
  redrive(act: DeadLetterAct): Promise<RedrivenLetter | null>;
  discard(act: DeadLetterAct): Promise<void>;
  /** Ends a redrive, unless the letter was parked again. */
  handled(id: string): Promise<void>;
  /** Redrives that somebody began and nobody is at any more, and so are ours now; `own` are those that we are at. */
  takeAbandoned(own: readonly string[]): Promise<readonly RedrivenLetter[]>;
}

export interface RedrivenLetter {
  readonly id: string;
  readonly topic: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
  readonly cause: string;
  /** The store's clock, in milliseconds since 1970. */
  readonly now: number;
}

export interface DeadLetterDeskOptions {
  readonly verbs: LetterVerbs;
  readonly intake: Pick<Intake<unknown, TurnState, unknown>, 'redrive'>;
  readonly runtime: Runtime;
  readonly log: Log;
}

/** An operator waits no longer for the outcome; the redrive goes on. */
const ANSWER_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 10_000;

/**
 * Redrives dead letters. That one is under way is in its row, so that a redrive whose process dies is begun anew by any
 * other: the inbox makes it happen once.
 */
export class DeadLetterDesk {
  readonly #options: DeadLetterDeskOptions;
  readonly #running = new Set<string>();
  #cancel: Cancel = () => undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;
  #isFailing = false;

  constructor(options: DeadLetterDeskOptions) {
    this.#options = options;
  }

  start(): void {
    this.#looking = this.#look();
  }

  /** What it is at goes on as long as the lanes do, and is left to others. */
  stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    return this.#looking;
  }

  async redrive(act: DeadLetterAct): Promise<void> {
    const { verbs, runtime, log } = this.#options;
    const letter = await verbs.redrive(act);
    log.info({ ...act }, 'a dead letter is redriven');
    if (letter !== null) await atMost(runtime, ANSWER_WITHIN_MS, this.#run(letter));
  }

  async discard(act: DeadLetterAct): Promise<void> {
    const { verbs, log } = this.#options;
    await verbs.discard(act);
    log.info({ ...act }, 'a dead letter is discarded');
  }

  async #look(): Promise<void> {
    const { verbs, runtime, log } = this.#options;
    try {
      for (const letter of await verbs.takeAbandoned([...this.#running])) void this.#run(letter);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) log.warn({ error: String(error) }, 'abandoned redrives cannot be looked for');
      this.#isFailing = true;
    }
    if (!this.#isStopped) this.#cancel = runtime.after(LOOK_EVERY_MS, () => this.start());
  }

  async #run(letter: RedrivenLetter): Promise<void> {
    const { verbs, intake, log } = this.#options;
    const { id, cause } = letter;
    this.#running.add(id);
    await intake.redrive(incomingOf(letter), { id, isForged: isForgery(cause) });
    try {
      await verbs.handled(id);
    } catch (error) {
      log.warn({ id, error: String(error) }, 'a redrive was handled and is not marked: it is begun anew');
    }
    this.#running.delete(id);
  }
}

const incomingOf = ({ topic, key, value, headers, now }: RedrivenLetter): IncomingMessage => ({
  topic,
  key,
  value,
  headers,
  timestampMs: now,
  // From no partition: nothing of it is committed at the broker.
  partition: -1,
  offset: -1n,
  generation: 0,
});
