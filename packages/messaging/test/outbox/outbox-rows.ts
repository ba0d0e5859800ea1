import type { OutboxMessage } from '../../src/outbox/outbox-message.ts';

/** Row `n` of an outbox, in key `key`. */
export const outboxRow = (n: number, key = 'k'): OutboxMessage => ({
  id: `id-${n}`,
  generation: 'g',
  topic: 't',
  key,
  type: 'Noted',
  value: String(n),
  headers: {},
});

export const outboxRows = (count: number): OutboxMessage[] =>
  Array.from({ length: count }, (_, n) => outboxRow(n));

export const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);
