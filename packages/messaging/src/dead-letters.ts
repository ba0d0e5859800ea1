import { createHash } from 'node:crypto';
import type { MessageFault } from './lanes/entry.ts';

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
}

interface RawMessage {
  readonly topic: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** Drawn anew at each sending: with them in the hash, every re-send of one poison message would be another letter. */
const OF_THE_SENDING: ReadonlySet<string> = new Set(['ce_time']);

export function deadLetter(message: RawMessage, fault: MessageFault): DeadLetter {
  const hash = createHash('sha256');
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
