import {
  type Command,
  encodeHeaders,
  encodeReply,
  type MessageMeta,
  type Reply,
  TOPICS,
} from '@order-saga/contracts';
import type { OutboxMessage } from './outbox/outbox-message.ts';

/** What was done for a command. `pending`: taken, and its reply comes with a later turn. */
export interface InboxRow {
  readonly idempotencyKey: string;
  readonly sagaId: string;
  readonly commandId: string;
  readonly commandType: string;
  readonly outcome: 'pending' | 'succeeded' | 'failed';
  /** The exact JSON text that was sent; a redelivered command gets it to the letter (rule O6). Null while pending, and after a purge. */
  readonly reply: string | null;
}

type CommandIdentity = Pick<Command, 'id' | 'sagaId' | 'idempotencyKey'> & { readonly type: string };

export class ForeignKeyReuseError extends Error {
  readonly code = 'IDEMPOTENCY_KEY_OF_ANOTHER_COMMAND';
}

/** An inbox hit counts only if saga and command type match too (rule P5); else the message is at fault. */
export function inboxHit(row: InboxRow | undefined, command: CommandIdentity): InboxRow | undefined {
  if (!row) return undefined;
  if (row.sagaId === command.sagaId && row.commandType === command.type) return row;
  throw new ForeignKeyReuseError(
    `idempotency key ${command.idempotencyKey} was used by ${row.commandType} of saga ${row.sagaId}, and now by ${command.type} of saga ${command.sagaId}`,
  );
}

/** The inbox row of a command that is done, and the very text of its reply. */
export function processed(command: CommandIdentity, reply: Reply): InboxRow & { readonly reply: string } {
  return {
    idempotencyKey: command.idempotencyKey,
    sagaId: command.sagaId,
    commandId: command.id,
    commandType: command.type,
    outcome: reply.status === 'Failed' ? 'failed' : 'succeeded',
    reply: encodeReply(reply),
  };
}

/** The outbox row that carries a stored reply, first time or again. */
export function replyMessage(
  row: InboxRow & { readonly reply: string },
  about: {
    readonly replyId: string;
    readonly generation: string;
    readonly source: MessageMeta['source'];
    readonly time: string;
    readonly traceparent?: string | undefined;
  },
): OutboxMessage {
  return {
    id: about.replyId,
    generation: about.generation,
    topic: TOPICS.orderReplies.name,
    key: row.sagaId,
    type: `${row.commandType}Reply`,
    value: row.reply,
    headers: encodeHeaders({
      id: about.replyId,
      type: `${row.commandType}Reply`,
      source: about.source,
      time: about.time,
      sagaId: row.sagaId,
      causationId: row.commandId,
      traceparent: about.traceparent,
    }),
  };
}
