import { createHash } from 'node:crypto';
import { DELIVERY_HEADER } from './deliveries.ts';
import type { MessageFault } from './lanes/entry.ts';
import { type Forgery, type ForgeryCause, SIGNATURE_HEADER } from './signatures/message-signatures.ts';

/** A whole message that could not be handled, as bytes: parking itself can then not fail on what it holds (rule O6). */
export interface DeadLetter {
  /** SHA-256 in hex over topic, key, value and lasting headers: one row per distinct message, with a count. */
  readonly id: string;
  readonly topic: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  /** JSON object of header name to base64 value, as bytes. */
  readonly headers: Buffer;
  readonly fault: MessageFault;
}

/** Durable before it resolves. The same message again raises its count. */
export interface DeadLetters {
  park(letter: DeadLetter): Promise<void>;
  /** False: `FORGED_LETTERS_KEPT` of them lie there and nobody has looked, so this one is left out. */
  parkForged(letter: DeadLetter): Promise<boolean>;
}

/** The cause of a message of ours that the broker does not take (rule O3). */
export const TOO_LARGE_FOR_BROKER = 'TOO_LARGE_FOR_BROKER';

/** Bounds what somebody without a key can make a service store: a thousand messages of a megabyte at the most. */
export const FORGED_LETTERS_KEPT = 1_000;

interface RawMessage {
  readonly topic: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** Made anew at each sending: with them in the hash, every re-send of one poison message would be another letter. */
const OF_THE_SENDING: ReadonlySet<string> = new Set(['ce_time', SIGNATURE_HEADER, DELIVERY_HEADER]);

export const deadLetter = (message: RawMessage, fault: MessageFault): DeadLetter =>
  letterOf(message, fault, '');

/** A letter of its own, by cause: a forged copy says nothing about the message that it copies. */
export const forgedLetter = (message: RawMessage, forgery: Forgery): DeadLetter =>
  letterOf(message, { ...forgery, attempts: 1 }, forgery.cause);

function letterOf(message: RawMessage, fault: MessageFault, kind: '' | ForgeryCause): DeadLetter {
  const hash = createHash('sha256').update(kind);
  const lasting = headersOf(message, (name) => !OF_THE_SENDING.has(name));
  for (const part of [Buffer.from(message.topic), message.key, message.value, lasting]) {
    // With its length, so that nothing can pass from one part into the next; an absent part is not an empty one.
    const bytes = part === null ? null : Buffer.from(part);
    hash.update(`${bytes?.length ?? 'absent'}:`).update(bytes ?? '');
  }
  return {
    id: hash.digest('hex'),
    topic: message.topic,
    // PostgreSQL's text takes no NUL; the bytes of the key are in the hash.
    key: message.key?.replaceAll('\u0000', '\uFFFD') ?? null,
    value: message.value,
    headers: headersOf(message, () => true),
    fault,
  };
}

function headersOf({ headers }: RawMessage, isWanted: (name: string) => boolean): Buffer {
  const names = Object.keys(headers).filter(isWanted).sort();
  return Buffer.from(
    JSON.stringify(Object.fromEntries(names.map((name) => [name, headers[name]?.toString('base64')]))),
  );
}
