import type { Planted } from './planted.ts';
import { orderId, sagaId } from './small-world.ts';

/** What is wrong with the sagas and their log. */

const order = `'${orderId(1)}'`;
const saga = `'${sagaId(1)}'`;
const ALWAYS = { mode: 'always' } as const;

/** Turns a finished saga into one that waits for its payment since a minute after 1970. */
const waits = (outstanding: object) => `
  update saga_transactions set status = 'InProgress', current_step = 1, seq = 2, attention = null,
    steps = '[{"name":"CreateOrder","state":"completed"},{"name":"ProcessPayment","state":"running"}]',
    outstanding = '${JSON.stringify({ stepIndex: 1, sent: true, deadlineAt: 60_000, checkedAt: 0, ...outstanding })}'
  where id = ${saga};
  delete from saga_history where saga_id = ${saga} and seq > 2;
  update orders set status = 'created' where id = ${order};`;
const WAKE_UP = (at: string) => `insert into saga_due values (${saga}, ${at}, true);`;

const entry = (seq: number, from: string, to: string) =>
  `update saga_history set entry = replace(entry, '"${from}"', '"${to}"') where saga_id = ${saga} and seq = ${seq};`;

export const PLANTED_IN_SAGAS: readonly Planted[] = [
  {
    invariant: 1,
    what: "a client's key without a saga",
    rule: 'key-without-saga',
    sql: { orders: `delete from saga_transactions where id = ${saga}` },
    ...ALWAYS,
  },
  {
    invariant: 1,
    what: 'an order of ours without a saga',
    rule: 'order-without-saga',
    sql: { orders: `delete from saga_transactions where id = ${saga}` },
    ...ALWAYS,
  },
  {
    invariant: 1,
    what: 'a saga whose created order is not there',
    rule: 'saga-without-order',
    sql: { orders: `delete from orders where id = ${order}` },
    ...ALWAYS,
  },
  {
    invariant: 6,
    what: 'a saga that went on after its end',
    rule: 'log-is-no-path',
    sql: { orders: entry(5, 'InProgress', 'Completed') },
    ...ALWAYS,
  },
  {
    invariant: 6,
    what: 'a saga that came back from undoing',
    rule: 'log-is-no-path',
    sql: { orders: entry(4, 'InProgress', 'Compensating') },
    ...ALWAYS,
  },
  {
    invariant: 6,
    what: 'a saga that moved without saying so in its log',
    rule: 'log-is-no-path',
    sql: { orders: `update saga_transactions set status = 'Compensated' where id = ${saga}` },
    ...ALWAYS,
  },
  {
    invariant: 6,
    what: 'a saga whose last transition is missing in the log',
    rule: 'log-is-no-path',
    sql: { orders: `delete from saga_history where saga_id = ${saga} and seq = 6` },
    ...ALWAYS,
  },
  {
    invariant: 7,
    what: 'a saga beyond its deadline of which nobody is told',
    rule: 'overdue',
    sql: { orders: waits({}) + WAKE_UP('now()') },
    ...ALWAYS,
  },
  {
    invariant: 7,
    what: 'a saga that nobody looks after',
    rule: 'forgotten',
    sql: { orders: waits({ deadlineAt: 9_999_999_999_999 }) + WAKE_UP(`now() - interval '1 hour'`) },
    ...ALWAYS,
  },
  {
    invariant: 7,
    what: 'a saga that nothing will wake',
    rule: 'no-wake-up',
    sql: { orders: waits({ deadlineAt: 9_999_999_999_999 }) },
    ...ALWAYS,
  },
  {
    invariant: 7,
    what: 'a saga that waits to be admitted and stands in no line',
    rule: 'not-in-line',
    sql: { orders: waits({ sent: false }) + WAKE_UP('now()') },
    ...ALWAYS,
  },
  {
    invariant: 7,
    what: 'a saga that did not end',
    rule: 'not-at-rest',
    sql: { orders: waits({ deadlineAt: 9_999_999_999_999 }) + WAKE_UP('now()') },
  },
  {
    invariant: 7,
    what: 'an undo of what was not done',
    rule: 'undo-out-of-turn',
    sql: { orders: entry(4, 'StepCompleted', 'StepUndone') },
    ...ALWAYS,
  },
  {
    invariant: 7,
    what: 'a refund that no saga asked for',
    rule: 'undone-without-turning-back',
    sql: {
      payments: `update payments set status = 'refunded', refunded_minor = captured_minor where order_id = ${order}`,
    },
    ...ALWAYS,
  },
  {
    invariant: 7,
    what: 'an undo that left no tombstone',
    rule: 'no-tombstone',
    sql: {
      orders: `update saga_transactions set steps = replace(steps::text, '"completed"', '"undone"')::json where id = ${saga}`,
      inventory: `delete from reservations where order_id = ${order}`,
    },
    ...ALWAYS,
  },
  {
    invariant: 7,
    what: 'an undone step whose effect still stands',
    rule: 'undone-in-name',
    sql: {
      orders: `update saga_transactions set steps = replace(steps::text, '"completed"', '"undone"')::json where id = ${saga}`,
    },
    ...ALWAYS,
  },
  {
    invariant: 10,
    what: 'a gap in the versions',
    rule: 'told-is-not-true',
    sql: { orders: `delete from saga_history where saga_id = ${saga} and seq = 3` },
    ...ALWAYS,
  },
  {
    invariant: 10,
    what: 'an approved order that is cancelled after all',
    rule: 'told-is-not-true',
    sql: { orders: `update orders set status = 'cancelled' where id = ${order}` },
    ...ALWAYS,
  },
];
