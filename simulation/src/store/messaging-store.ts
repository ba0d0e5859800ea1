import type { DeadLetter, DeadLetters, OutboxClaims, OutboxMessage } from '@order-saga/messaging';
import type { Life } from '../world/life.ts';
import type { Database } from './database.ts';
import { deleteRows, type Handlers, insertRows, list, readRows, updateRows } from './statements.ts';
import type { Row, TableSpec } from './table.ts';

/** What every service's database has: inbox, outbox, dead letters. */

export const MESSAGING_SPECS: readonly TableSpec[] = [
  {
    name: 'processed_commands',
    primary: ['idempotency_key'],
    // Only the checker asks by it.
    lookups: [
      { name: 'command_id', of: (row) => row.command_id as string },
      { name: 'saga_id', of: (row) => row.saga_id as string },
    ],
  },
  {
    name: 'outbox_events',
    primary: ['id', 'gen'],
    defaults: (now) => ({ created_at: now, claimed_until: null }),
  },
  { name: 'dead_letters', primary: ['id'] },
];

export const MESSAGING_HANDLERS: Handlers = {
  clock: ({ database }) => [{ now: database.clock() }],
  'inbox-select': (call) => readRows(call, call.database.table('processed_commands'), list(call, 0)),
  'inbox-insert': insertRows,
  'inbox-answer'(call) {
    const [, outcomes = [], replies = []] = call.values as readonly (readonly unknown[])[];
    return updateRows(call, call.database.table('processed_commands'), list(call, 0), (row, index) =>
      row.outcome === 'pending' ? { ...row, outcome: outcomes[index], reply: replies[index] } : null,
    );
  },
  'outbox-insert': insertRows,
  'outbox-delete'(call) {
    const generations = list(call, 1);
    const keys = list(call, 0).map((id, index) => `${id} ${generations[index]}`);
    return deleteRows(call, call.database.table('outbox_events'), keys);
  },
};

/** As in the statement of the product. */
const CLAIM_MS = 10_000;

export const memoryOutboxClaims = (database: Database, life: Life): OutboxClaims => ({
  claim: ({ olderThanMs, limit }) =>
    database.statement(life, 'claim outbox rows', (transaction) => {
      const table = database.table('outbox_events');
      if (table.rows.size === 0) return [];
      const now = database.clock();
      const due = [...table.rows]
        .filter(
          ([key, row]) =>
            (row.created_at as number) <= now - olderThanMs &&
            (row.claimed_until === null || (row.claimed_until as number) < now) &&
            transaction.isFree(table, key),
        )
        .sort(([, a], [, b]) => (a.created_at as number) - (b.created_at as number))
        .slice(0, limit);
      for (const [key, row] of due) transaction.update(table, key, { ...row, claimed_until: now + CLAIM_MS });
      return due.map(([, row]) => outboxMessage(row));
    }),
});

const outboxMessage = (row: Row): OutboxMessage => ({
  id: row.id as string,
  generation: row.gen as string,
  topic: row.topic as string,
  key: row.key as string,
  type: row.type as string,
  value: row.value as string,
  headers: JSON.parse(row.headers as string) as Record<string, string>,
});

export const memoryDeadLetters = (database: Database, life: Life): DeadLetters => {
  const park = (letter: DeadLetter) =>
    database.statement(life, 'park a dead letter', (transaction) => {
      const table = database.table('dead_letters');
      const known = table.rows.get(letter.id);
      const count = known === undefined ? 1 : (known.count as number) + 1;
      database.world.note(`dead letter in ${database.name}: ${letter.fault.cause}: ${letter.fault.detail}`);
      transaction.update(table, letter.id, {
        id: letter.id,
        topic: letter.topic,
        value: letter.value?.toString() ?? null,
        cause: letter.fault.cause,
        detail: letter.fault.detail,
        count,
      });
    });
  return {
    park,
    async parkForged(letter) {
      await park(letter);
      return true;
    },
  };
};
