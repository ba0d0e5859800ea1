import type { CheckMode } from '../../src/index.ts';
import type { DatabaseName } from '../../src/system/services.ts';
import { orderId, sagaId } from './small-world.ts';

/** A violation, and how it comes about in a world in which order 1 is approved, 2 declined, 3 out of stock. */
export interface Planted {
  readonly invariant: number;
  readonly what: string;
  readonly rule: string;
  readonly sql: Partial<Readonly<Record<DatabaseName, string>>>;
  readonly about?: 'order' | 'saga' | 'product';
  readonly mode?: CheckMode;
}

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

export const PLANTED: readonly Planted[] = [
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
    invariant: 2,
    what: 'two charges in the provider’s book',
    rule: 'more-than-one-movement',
    sql: {
      payments: `alter table provider_ledger drop constraint provider_ledger_pkey;
        drop index provider_ledger_settled_once_unique;
        insert into provider_ledger select l.* from provider_ledger l join payments p using (charge_key) where p.order_id = ${order}`,
    },
    ...ALWAYS,
  },
  {
    invariant: 2,
    what: 'a charge that the provider has never heard of',
    rule: 'unknown-to-provider',
    sql: {
      payments: `delete from provider_ledger l using payments p where l.charge_key = p.charge_key and p.order_id = ${order}`,
    },
    ...ALWAYS,
  },
  {
    invariant: 2,
    what: 'a charge of another amount than the provider’s',
    rule: 'captured-differs',
    sql: {
      payments: `update provider_ledger l set amount_minor = 1 from payments p where l.charge_key = p.charge_key and p.order_id = ${order}`,
    },
    ...ALWAYS,
  },
  {
    invariant: 2,
    what: 'a refund that the provider made and nobody wrote down',
    rule: 'returned-differs',
    sql: {
      payments: `insert into provider_ledger select charge_key, 'refund', amount_minor, currency from payments where order_id = ${order}`,
    },
  },
  {
    invariant: 2,
    what: 'a payment over another amount than its order',
    rule: 'other-amount-than-the-order',
    sql: { payments: `update payments set amount_minor = 9999 where order_id = ${order}` },
    ...ALWAYS,
  },
  {
    invariant: 3,
    what: 'money that is kept of a cancelled order',
    rule: 'money-does-not-add-up',
    sql: {
      orders: `${entry(6, 'Completed', 'Compensated')} update saga_transactions set status = 'Compensated',
        steps = replace(steps::text, '"completed"', '"undone"')::json where id = ${saga};
        update orders set status = 'cancelled' where id = ${order};`,
    },
  },
  {
    invariant: 4,
    what: 'a piece that is gone',
    rule: 'stock-does-not-add-up',
    sql: { inventory: 'update inventory set available_quantity = available_quantity - 1' },
    about: 'product',
    ...ALWAYS,
  },
  {
    invariant: 4,
    what: 'more reserved than the reservations hold',
    rule: 'reserved-differs',
    sql: {
      inventory:
        'update inventory set available_quantity = available_quantity - 1, reserved_quantity = reserved_quantity + 1',
    },
    about: 'product',
    ...ALWAYS,
  },
  {
    invariant: 4,
    what: 'less than nothing in stock',
    rule: 'negative-stock',
    sql: {
      inventory: `alter table inventory drop constraint inventory_available_quantity_check;
        update inventory set available_quantity = -1`,
    },
    about: 'product',
    ...ALWAYS,
  },
  {
    invariant: 5,
    what: 'an approved order that is not paid',
    rule: 'approved-not-paid',
    sql: {
      payments: `update payments set status = 'refunded', refunded_minor = captured_minor where order_id = ${order}`,
    },
    ...ALWAYS,
  },
  {
    invariant: 5,
    what: 'an approved order for which nothing is reserved',
    rule: 'approved-not-reserved',
    sql: { inventory: `update reservations set status = 'released' where order_id = ${order}` },
    ...ALWAYS,
  },
  {
    invariant: 5,
    what: 'an approved order of more pieces than were reserved',
    rule: 'approved-not-reserved',
    sql: { inventory: `update reservations set quantities = '{1}' where order_id = ${order}` },
    ...ALWAYS,
  },
  {
    invariant: 5,
    what: 'a cancelled order that is still paid',
    rule: 'cancelled-and-paid',
    sql: {
      orders: `update saga_transactions set status = 'Compensated',
        steps = '[{"name":"CreateOrder","state":"undone"}]' where id = ${saga};
        update orders set status = 'cancelled' where id = ${order};`,
    },
  },
  {
    invariant: 5,
    what: 'a cancelled order that still holds stock',
    rule: 'cancelled-and-reserved',
    sql: {
      orders: `update saga_transactions set status = 'Compensated',
        steps = '[{"name":"CreateOrder","state":"undone"}]' where id = ${saga};
        update orders set status = 'cancelled' where id = ${order};`,
      inventory: `update reservations set status = 'reserved' where order_id = ${order}`,
    },
  },
  {
    invariant: 5,
    what: 'a cancelled order whose stock is sold',
    rule: 'cancelled-and-sold',
    sql: {
      orders: `update saga_transactions set status = 'Compensated',
        steps = '[{"name":"CreateOrder","state":"undone"}]' where id = ${saga};
        update orders set status = 'cancelled' where id = ${order};`,
    },
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
    invariant: 8,
    what: 'a message that never left the outbox',
    rule: 'never-left',
    sql: {
      payments: `insert into outbox_events (id, gen, topic, key, type, value, headers, created_at) values (gen_random_uuid(),
        gen_random_uuid(), 'order-replies', 'k', 'ProcessPaymentReply', '{}', '{"ce_correlationid": "' || ${saga} || '"}',
        now() - interval '1 hour')`,
    },
    about: 'saga',
    ...ALWAYS,
  },
  {
    invariant: 8,
    what: 'a second reservation of one saga',
    rule: 'two-effects',
    sql: {
      inventory: `insert into reservations (order_id, id, saga_id, product_ids, quantities, status)
        select 'ffffffff-0000-0000-0000-000000000000', gen_random_uuid(), saga_id, '{}', '{}', 'released' from reservations`,
    },
    about: 'saga',
    ...ALWAYS,
  },
  {
    invariant: 8,
    what: 'one command done under two keys',
    rule: 'command-twice',
    sql: {
      payments: `insert into processed_commands select 'other key', saga_id, command_id, command_type, outcome, reply
        from processed_commands where saga_id = ${saga}`,
    },
    about: 'saga',
    ...ALWAYS,
  },
  {
    invariant: 8,
    what: 'an answer without its effect',
    rule: 'answer-without-effect',
    sql: { inventory: `delete from reservations where order_id = ${order}` },
    ...ALWAYS,
  },
  {
    invariant: 8,
    what: 'a charge that no command asked for',
    rule: 'effect-without-key',
    sql: { payments: `delete from processed_commands where saga_id = ${saga}` },
    ...ALWAYS,
  },
  {
    invariant: 8,
    what: 'a command that will never be answered',
    rule: 'never-answered',
    sql: {
      payments: `update processed_commands set outcome = 'pending', reply = null where saga_id = ${saga}`,
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
