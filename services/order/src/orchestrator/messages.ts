import type { Failure, OrderCommand, OrderPayload, Reply } from '@order-saga/contracts';
import type { Delivery } from '@order-saga/messaging';
import type { SagaRow } from './rows.ts';

/** Every change of a saga is one of these, and goes through the lanes (rule L5). Ids were drawn before it was queued (rule L6). */
export type OrderMessage =
  | StartSaga
  | ReplyArrived
  | WakeSaga
  | CancelSaga
  | { readonly kind: 'admit'; readonly sagaId: string }
  /** For the order participant, over its topic. */
  | { readonly kind: 'command'; readonly command: OrderCommand };

export interface StartSaga {
  readonly kind: 'start';
  readonly sagaId: string;
  readonly order: OrderPayload;
  /** The client's key; the seed's REST clients may have none. */
  readonly idempotencyKey: string | null;
  /** What the client sent, normalised, as canonical JSON: a repeat of the key is compared with it by value (rule C1). */
  readonly sent: string;
  /** The cancelled order of the same customer that this one is placed instead of. */
  readonly retryOf: string | null;
  /** There was room when it was queued; else it waits in line (rule L9). */
  readonly admitted: boolean;
  readonly traceparent: string | undefined;
}

export interface ReplyArrived {
  readonly kind: 'reply';
  readonly reply: Reply;
  /** How it came; absent where nobody knows. */
  readonly delivery?: Delivery | null;
}

export interface WakeSaga {
  readonly kind: 'wake';
  readonly sagaId: string;
  /** This process cannot see replies now: the deadline stands still (rule E2). */
  readonly blind: boolean;
  /** A token of the re-send budget was taken for it. */
  readonly mayResend: boolean;
}

export interface CancelSaga {
  readonly kind: 'cancel';
  readonly sagaId: string;
  readonly requestId: string;
  readonly failure: Failure;
}

export type OrderAnswer =
  | { readonly kind: 'started'; readonly saga: SagaRow; readonly created: boolean }
  | { readonly kind: 'key-reused' }
  | { readonly kind: 'already-retried'; readonly retriedBy: string }
  | { readonly kind: 'cancel-accepted'; readonly saga: SagaRow }
  | {
      readonly kind: 'cancel-refused';
      readonly cause: 'PAST_PIVOT' | 'NOT_FOUND' | 'REQUEST_OF_ANOTHER_ORDER';
    }
  | { readonly kind: 'woken'; readonly resent: boolean }
  | { readonly kind: 'done' };

export function laneKey(message: OrderMessage): string {
  switch (message.kind) {
    case 'start':
    case 'wake':
    case 'cancel':
    case 'admit':
      return message.sagaId;
    case 'reply':
      return message.reply.sagaId;
    case 'command':
      return message.command.sagaId;
    default:
      return message satisfies never;
  }
}
