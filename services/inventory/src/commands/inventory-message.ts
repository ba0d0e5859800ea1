import { type InventoryCommand, inventoryCommandSchema, type RestockInput } from '@order-saga/contracts';
import { type Decoded, decodeJson, type IncomingMessage } from '@order-saga/messaging';
import { traceparentOf } from '@order-saga/service-kit';
import type { RestockDecision } from '../restock/decide-restock.ts';

/** Every change of stock is one of these, and goes through the lanes under its own key (rule L5). */
export type InventoryMessage = CommandMessage | RestockMessage;

export interface CommandMessage {
  readonly kind: 'command';
  readonly command: InventoryCommand;
  readonly traceparent: string | undefined;
}

export interface RestockMessage {
  readonly kind: 'restock';
  readonly input: RestockInput;
}

export type InventoryAnswer =
  | {
      readonly kind: 'command';
      /** `repeated`: a known key was answered again. */
      readonly outcome: 'succeeded' | 'rejected' | 'unanswered' | 'repeated';
      /** Why it was rejected or left unanswered; null otherwise. */
      readonly code: string | null;
      /** What an operator should look at; null when all is well. */
      readonly attention: string | null;
    }
  | { readonly kind: 'restock'; readonly decision: RestockDecision };

/** Work in progress goes before new work: an undo and a confirmation end a saga, a reservation lengthens it. */
export const isUrgent = (message: InventoryMessage): boolean =>
  message.kind === 'command' && message.command.type !== 'ReserveInventory';

export function decodeCommand(incoming: IncomingMessage): Decoded<InventoryMessage> {
  const decoded = decodeJson(incoming.value, inventoryCommandSchema);
  if (!decoded.ok) return { kind: 'undecodable', cause: decoded.cause, detail: decoded.detail };
  const command = decoded.data;
  const flaw = flawOf(command);
  if (flaw) return { kind: 'undecodable', cause: 'UNKNOWN_SHAPE', detail: flaw };
  const traceparent = traceparentOf({ traceparent: incoming.headers.traceparent?.toString('latin1') });
  return { kind: 'message', message: { kind: 'command', command, traceparent } };
}

/** What the schema lets through and the rules cannot take (rule P6). */
function flawOf(command: InventoryCommand): string | null {
  if (Number.isNaN(Date.parse(command.createdAt))) return 'created_at: is not a time';
  return null;
}
