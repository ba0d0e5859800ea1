import { createHash } from 'node:crypto';
import type { MessageFault } from './lanes/entry.ts';

/** A whole message that could not be handled, as bytes: parking itself can then not fail on what it holds (rule O6). */
export interface DeadLetter {
  /** SHA-256 in hex over topic, key, value and headers: one row per distinct message, with a count. */
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

export function deadLetter(message: RawMessage, fault: MessageFault): DeadLetter {
  const names = Object.keys(message.headers).sort();
  const headers = Buffer.from(
    JSON.stringify(
      Object.fromEntries(names.map((name) => [name, message.headers[name]?.toString('base64')])),
    ),
  );
  const hash = createHash('sha256');
  for (const part of [
    Buffer.from(message.topic),
    Buffer.from(message.key ?? ''),
    message.value ?? Buffer.alloc(0),
    headers,
  ]) {
    hash.update(`${part.length}:`).update(part);
  }
  return {
    id: hash.digest('hex'),
    topic: message.topic,
    // PostgreSQL's text takes no NUL; the bytes of the key are in the hash.
    key: message.key?.replaceAll('\u0000', '\uFFFD') ?? null,
    value: message.value,
    headers,
    fault,
  };
}
