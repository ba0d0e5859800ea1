import type { KafkaMessage } from 'kafkajs';
import type { IncomingMessage } from '../broker.ts';

const NO_HEADERS: Readonly<Record<string, Buffer>> = Object.freeze({});

export function incomingMessage(
  topic: string,
  partition: number,
  generation: number,
  message: KafkaMessage,
): IncomingMessage {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    generation,
    key: message.key === null ? null : message.key.toString(),
    value: message.value,
    headers: message.headers === undefined ? NO_HEADERS : singleHeaders(message.headers),
    timestampMs: Number(message.timestamp),
  };
}

/** Of a header that was given several times the last one counts. The object is kept when there is none such. */
function singleHeaders(headers: NonNullable<KafkaMessage['headers']>): Readonly<Record<string, Buffer>> {
  for (const name in headers) {
    if (Buffer.isBuffer(headers[name])) continue;
    return Object.fromEntries(
      Object.entries(headers).map(([key, value]) => {
        const last = Array.isArray(value) ? value.at(-1) : value;
        return [key, Buffer.isBuffer(last) ? last : Buffer.from(last ?? '')];
      }),
    );
  }
  return headers as Record<string, Buffer>;
}
