import { plural } from './amounts.ts';
import type { Book } from './book.ts';
import type { Check } from './check.ts';
import type { Ask, World } from './world.ts';

/**
 * Effect, inbox row and outbox row of a command commit together, so in one snapshot of one database an answer has its
 * effect and an effect its answer. PostgreSQL's unique keys forbid most of what is looked for: here it is seen.
 */
const EFFECTS: readonly {
  readonly database: 'orders' | 'payments' | 'inventory';
  readonly rule: string;
  readonly says: string;
  /** Answers `orderId` and `sagaId`. */
  readonly sql: string;
}[] = [
  {
    database: 'payments',
    rule: 'two-effects',
    says: 'has more than one payment',
    sql: 'select saga_id as "sagaId", (array_agg(order_id))[1] as "orderId" from payments group by saga_id having count(*) > 1',
  },
  {
    database: 'payments',
    rule: 'answer-without-effect',
    says: 'was answered that it is paid, and is not',
    sql: answered('ProcessPayment', 'payments p where p.saga_id = c.saga_id and p.captured_minor > 0'),
  },
  {
    database: 'payments',
    rule: 'answer-without-effect',
    says: 'was answered that its payment is undone, and it is not',
    sql: `select p.order_id as "orderId", p.saga_id as "sagaId" from payments p
      join processed_commands c on c.saga_id = p.saga_id and c.command_type = 'CompensatePayment' and c.outcome = 'succeeded'
      where p.captured_minor <> p.refunded_minor or p.status = 'pending'`,
  },
  {
    database: 'payments',
    rule: 'never-answered',
    says: 'has a ProcessPayment that waits for no payment: it will never be answered',
    sql: `select null as "orderId", c.saga_id as "sagaId" from processed_commands c where c.outcome = 'pending'
      and not exists (select from payments p where p.saga_id = c.saga_id and c.idempotency_key = any(p.waiting))`,
  },
  {
    database: 'payments',
    rule: 'effect-without-key',
    says: 'was charged by no command that is known',
    sql: `select p.order_id as "orderId", p.saga_id as "sagaId" from payments p where p.status = 'processed'
      and not exists (select from processed_commands c where c.saga_id = p.saga_id and c.command_type = 'ProcessPayment')`,
  },
  {
    database: 'inventory',
    rule: 'two-effects',
    says: 'has more than one reservation',
    sql: 'select saga_id as "sagaId", (array_agg(order_id))[1] as "orderId" from reservations group by saga_id having count(*) > 1',
  },
  {
    database: 'inventory',
    rule: 'answer-without-effect',
    says: 'was answered that its stock is reserved, and it was not',
    sql: answered(
      'ReserveInventory',
      `reservations r where r.saga_id = c.saga_id and r.status <> 'tombstone'`,
    ),
  },
  {
    database: 'inventory',
    rule: 'answer-without-effect',
    says: 'was answered that its stock is sold, and it is not',
    sql: answered(
      'ConfirmInventory',
      `reservations r where r.saga_id = c.saga_id and r.status = 'confirmed'`,
    ),
  },
  {
    database: 'inventory',
    rule: 'answer-without-effect',
    says: 'was answered that its stock is released, and it is not',
    sql: `select r.order_id as "orderId", r.saga_id as "sagaId" from reservations r
      join processed_commands c on c.saga_id = r.saga_id and c.command_type = 'CompensateInventory' and c.outcome = 'succeeded'
      where r.status in ('reserved', 'confirmed')`,
  },
  {
    database: 'inventory',
    rule: 'effect-without-key',
    says: 'holds stock that no known command reserved',
    sql: `select r.order_id as "orderId", r.saga_id as "sagaId" from reservations r where r.status in ('reserved', 'confirmed')
      and not exists (select from processed_commands c where c.saga_id = r.saga_id and c.command_type = 'ReserveInventory')`,
  },
  {
    database: 'orders',
    rule: 'answer-without-effect',
    says: 'was answered that its order is approved, and it is not',
    sql: answered('ApproveOrder', `orders o where o.saga_id = c.saga_id and o.status = 'approved'`),
  },
  {
    database: 'orders',
    rule: 'answer-without-effect',
    says: 'was answered that its order is cancelled, and it is not',
    sql: `select o.id as "orderId", o.saga_id as "sagaId" from orders o
      join processed_commands c on c.saga_id = o.saga_id and c.command_type = 'CancelOrder' and c.outcome = 'succeeded'
      where o.status <> 'cancelled'`,
  },
];

/** The `coalesce` finds the order where the participant has a row of that saga at all. */
function answered(command: string, effect: string): string {
  return `select null as "orderId", c.saga_id as "sagaId" from processed_commands c
    where c.command_type = '${command}' and c.outcome = 'succeeded' and not exists (select from ${effect})`;
}

const KEYS = `
  select count(*) as keys, (select count(*) from outbox_events) as waiting,
    (select count(*) from dead_letters) as "deadLetters" from processed_commands`;

const COMMANDS_TWICE = `
  select command_id as "commandId", (array_agg(saga_id))[1] as "sagaId", count(*) as keys from processed_commands
  group by command_id having count(*) > 1 limit 100`;

const STAYED = `
  select id, gen, topic, headers::json ->> 'ce_correlationid' as "sagaId", type,
    extract(epoch from clock_timestamp() - created_at)::int as age
  from outbox_events where created_at < clock_timestamp() - $1 * interval '1 ms' order by created_at limit 100`;

export const oncePerKey: Check = {
  number: 8,
  title: 'One effect per idempotency key at most; every outbox row leaves',
  async ask(world, book) {
    for (const name of ['orders', 'payments', 'inventory'] as const) await keysAndOutbox(name, world, book);
    const orderIds = new Map<string, string>();
    const findings: { rule: string; says: string; sagaId: string; orderId: string | null }[] = [];
    for (const { database, rule, says, sql } of EFFECTS) {
      for (const row of await world[database]<{ orderId: string | null; sagaId: string }>(`${sql} limit 100`))
        findings.push({ rule, says, ...row });
    }
    for (const { orderId, sagaId } of await ordersOf(
      world.ordersNow,
      findings.map(({ sagaId }) => sagaId),
    ))
      orderIds.set(sagaId, orderId);
    for (const { rule, says, sagaId, orderId } of findings) {
      const order = orderId ?? orderIds.get(sagaId);
      const text = `saga ${sagaId} ${order === undefined ? '' : `of order ${order} `}${says}`;
      book.found({ rule, text, sagaId, ...(order === undefined ? {} : { orderId: order }) });
    }
    const dead = book.figure('dead letters');
    book.says = `${plural(book.figure('keys'), 'key')}, ${plural(book.figure('in the outbox'), 'message')} on the way out, ${plural(dead, 'dead letter')}`;
  },
};

async function keysAndOutbox(name: 'orders' | 'payments' | 'inventory', world: World, book: Book) {
  const ask = world[name];
  const [counts] = await ask<Record<'keys' | 'waiting' | 'deadLetters', number>>(KEYS);
  book.count('keys', counts?.keys ?? 0);
  book.count('in the outbox', counts?.waiting ?? 0);
  book.count('dead letters', counts?.deadLetters ?? 0);
  book.checkedRows += (counts?.keys ?? 0) + (counts?.waiting ?? 0);
  for (const { commandId, sagaId, keys } of await ask<{ commandId: string; sagaId: string; keys: number }>(
    COMMANDS_TWICE,
  )) {
    const text = `command ${commandId} of saga ${sagaId} was done under ${keys} keys in ${name}`;
    book.found({ rule: 'command-twice', text, sagaId, messageId: commandId });
  }
  // At rest a row may still be on its way out at the first look, and must be gone at the second.
  const patienceMs = world.mode === 'at-rest' ? 0 : world.graceMs;
  for (const row of await ask<{
    id: string;
    gen: string;
    topic: string;
    sagaId: string;
    type: string;
    age: number;
  }>(STAYED, [patienceMs])) {
    const text = `a ${row.type} for ${row.topic} (message ${row.id}, saga ${row.sagaId}) lies in the outbox of ${name} for ${row.age} s`;
    book.found({
      rule: 'never-left',
      text,
      sagaId: row.sagaId,
      messageId: `${row.id} ${row.gen}`,
      suspect: true,
    });
  }
}

const ordersOf = (orders: Ask, sagaIds: readonly string[]) =>
  orders<{ orderId: string; sagaId: string }>(
    'select order_id as "orderId", id as "sagaId" from saga_transactions where id = any($1::uuid[])',
    [sagaIds],
  );
