import { hash } from 'node:crypto';
import { TOPICS } from '@order-saga/contracts';
import { plural } from './amounts.ts';
import type { Book } from './book.ts';
import type { Check } from './check.ts';
import { readTopic } from './read-topic.ts';
import type { Ask, World } from './world.ts';

/** A page of stored replies; their fingerprints are made by PostgreSQL. */
const STORED = `
  select idempotency_key as key, command_id as "commandId", saga_id as "sagaId", md5(reply) as print
  from processed_commands where idempotency_key > $1 and reply is not null order by idempotency_key limit 50000`;

interface Told {
  readonly print: string;
  readonly sagaId: string;
  copies: number;
  isReported: boolean;
}

/**
 * Every reply on the wire, grouped by the command that it answers: all copies must be the same text, and the one that is
 * stored. A stored reply is never changed, so the topic may be read after the snapshots.
 */
export const repliesIdentical = (brokers: readonly string[]): Check => ({
  number: 9,
  title: "A redelivered command's reply is byte-identical",
  async ask(world, book) {
    if (brokers.length === 0) {
      book.skip('the in-process broker cannot be read from outside');
      return;
    }
    const told = new Map<string, Told>();
    const topic = TOPICS.orderReplies.name;
    await readTopic(brokers, topic, (value) => note(value, told, book));
    await compareWithStored(world, told, book);
    book.figures.commands = told.size;
    book.checkedRows = book.figure('replies');
    const again = book.figure('replies') - told.size;
    book.says = `${plural(book.figure('replies'), 'reply', 'replies')} to ${plural(told.size, 'command')}, ${again} of them a repeat to the letter`;
  },
});

function note(value: string, told: Map<string, Told>, book: Book): void {
  const ids = idsOf(value);
  if (ids === null) {
    book.count('not replies');
    return;
  }
  book.count('replies');
  const print = hash('md5', value);
  const known = told.get(ids.commandId);
  if (known === undefined) {
    told.set(ids.commandId, { print, sagaId: ids.sagaId, copies: 1, isReported: false });
    return;
  }
  known.copies += 1;
  if (known.print === print || known.isReported) return;
  known.isReported = true;
  const text = `command ${ids.commandId} of saga ${ids.sagaId} was answered in different words`;
  book.found({ rule: 'reply-differs', text, sagaId: ids.sagaId, messageId: ids.commandId });
}

async function compareWithStored(world: World, told: Map<string, Told>, book: Book): Promise<void> {
  for (const ask of [world.orders, world.payments, world.inventory]) {
    for await (const { commandId, sagaId, print } of stored(ask)) {
      const known = told.get(commandId);
      if (known === undefined || known.print === print || known.isReported) continue;
      known.isReported = true;
      const text = `command ${commandId} of saga ${sagaId} was answered in other words than are stored`;
      book.found({ rule: 'reply-differs-from-stored', text, sagaId, messageId: commandId });
    }
  }
}

async function* stored(ask: Ask) {
  for (let from: string | undefined = ''; from !== undefined; ) {
    const page: { key: string; commandId: string; sagaId: string; print: string }[] = await ask(STORED, [
      from,
    ]);
    yield* page;
    from = page.at(-1)?.key;
  }
}

function idsOf(value: string): { readonly commandId: string; readonly sagaId: string } | null {
  try {
    const reply: { command_id?: unknown; saga_id?: unknown } = JSON.parse(value);
    const { command_id: commandId, saga_id: sagaId } = reply;
    return typeof commandId === 'string' && typeof sagaId === 'string' ? { commandId, sagaId } : null;
  } catch {
    return null;
  }
}
