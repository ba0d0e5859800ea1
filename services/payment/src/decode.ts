import { type PaymentCommand, paymentCommandSchema } from '@order-saga/contracts';
import { type Decoded, decodeJson, type IncomingMessage } from '@order-saga/messaging';
import { traceparentOf } from '@order-saga/service-kit';
import type { PaymentMessage } from './messages.ts';

export function decodePaymentMessage(incoming: IncomingMessage): Decoded<PaymentMessage> {
  const decoded = decodeJson<PaymentCommand>(incoming.value, paymentCommandSchema);
  if (!decoded.ok) return { kind: 'undecodable', cause: decoded.cause, detail: decoded.detail };
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
