import type { OutgoingMessage } from '../../src/broker.ts';
import type { Signable } from '../../src/signatures/message-signatures.ts';

/** A message that was sent, as whoever reads it gets it. */
export const asRead = ({ topic, key, value, headers }: OutgoingMessage): Signable => ({
  topic,
  key,
  value: Buffer.from(value),
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
});
