import { type PaymentCommand, paymentCommandSchema } from '@order-saga/contracts';
import { type Decoded, decodeJson, type IncomingMessage } from '@order-saga/messaging';
import { traceparentOf } from '@order-saga/service-kit';
import type { PaymentMessage } from './messages.ts';

/** U+0000 as JSON writes it: PostgreSQL's text takes none, so it is refused at the door (rule O6). */
const NUL = Buffer.from('\\u0000');

export function decodePaymentMessage(incoming: IncomingMessage): Decoded<PaymentMessage> {
  const decoded = decodeJson<PaymentCommand>(incoming.value, paymentCommandSchema);
  if (!decoded.ok) return { kind: 'undecodable', cause: decoded.cause, detail: decoded.detail };
  if (incoming.value?.includes(NUL)) {
    return { kind: 'undecodable', cause: 'UNKNOWN_SHAPE', detail: 'a text in it contains U+0000' };
  }
  const command = decoded.data;
  const traceparent = traceparentOf({ traceparent: incoming.headers.traceparent?.toString() });
  return {
    kind: 'message',
    message:
      command.type === 'ProcessPayment'
        ? { kind: 'process', command, traceparent }
        : { kind: 'compensate', command, incoming, traceparent },
  };
}
