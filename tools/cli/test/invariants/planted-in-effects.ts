import type { Planted } from './planted.ts';
import { orderId, sagaId } from './small-world.ts';

/** What is wrong with money, stock and keys. */

const order = `'${orderId(1)}'`;
const saga = `'${sagaId(1)}'`;
const ALWAYS = { mode: 'always' } as const;

/** The order is cancelled, and its participants have not heard of it. */
const CANCELLED = `update saga_transactions set status = 'Compensated',
    steps = '[{"name":"CreateOrder","state":"undone"}]' where id = ${saga};
  update orders set status = 'cancelled' where id = ${order};`;

export const PLANTED_IN_EFFECTS: readonly Planted[] = [
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
      orders: CANCELLED,
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
      orders: CANCELLED,
    },
  },
  {
    invariant: 5,
    what: 'a cancelled order that still holds stock',
    rule: 'cancelled-and-reserved',
    sql: {
      orders: CANCELLED,
      inventory: `update reservations set status = 'reserved' where order_id = ${order}`,
    },
  },
  {
    invariant: 5,
    what: 'a cancelled order whose stock is sold',
    rule: 'cancelled-and-sold',
    sql: {
      orders: CANCELLED,
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
];
