import type { OutgoingMessage } from '../broker.ts';

/**
 * A row of `outbox_events`. Its key is (id, generation): a re-send is the same message in a new row, so that the late
 * delete of the old row cannot take the new one with it (rule O1).
 */
export interface OutboxMessage extends OutgoingMessage {
  readonly id: string;
  readonly generation: string;
  /** The command, reply or event type. */
  readonly type: string;
}

export type OutboxRef = Pick<OutboxMessage, 'id' | 'generation'>;

export const refKey = (ref: OutboxRef): string => `${ref.id}/${ref.generation}`;
