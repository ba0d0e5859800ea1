import { isLegalTransition, isOver } from '@order-saga/saga';
import type { Change } from '../store/transaction.ts';
import type { World } from '../world/world.ts';
import type {
  InboxSeen,
  OrderSeen,
  PaymentSeen,
  ReservationSeen,
  SagaColumnsSeen,
  Tables,
} from './tables.ts';

/** What holds at every instant, looked at after each commit (invariants 2, 4, 5, 6, 8 and 9). */

const NEXT_PAYMENT: Readonly<Record<string, readonly string[]>> = {
  pending: ['pending', 'processed', 'declined', 'voided', 'refunded'],
  processed: ['processed', 'refunded'],
};

const NEXT_RESERVATION: Readonly<Record<string, readonly string[]>> = {
  reserved: ['confirmed', 'released'],
};

export function checkCommit(world: World, tables: Tables, changes: readonly Change[]): void {
  let hasStockMoved = false;
  for (const { table, before, after } of changes) {
    switch (table.name) {
      case 'saga_transactions':
        if (after !== null)
          saga(world, tables, before as SagaColumnsSeen | undefined, after as SagaColumnsSeen);
        break;
      case 'orders':
        order(world, tables, before as OrderSeen | undefined, after as OrderSeen);
        break;
      case 'payments':
        payment(world, tables, before as PaymentSeen | undefined, after as PaymentSeen);
        break;
      case 'reservations':
        hasStockMoved = true;
        reservation(world, tables, before as ReservationSeen | undefined, after as ReservationSeen);
        break;
      case 'inventory':
      case 'restocks':
        hasStockMoved = true;
        break;
      case 'processed_commands':
        inbox(world, before as InboxSeen | undefined, after as InboxSeen);
        break;
      default:
    }
  }
  if (hasStockMoved) stock(world, tables);
}

function saga(
  world: World,
  tables: Tables,
  before: SagaColumnsSeen | undefined,
  after: SagaColumnsSeen,
): void {
  const { id } = after;
  if (before === undefined) world.coverage.met('6: a saga begins');
  else if (isOver(before.status as 'Completed'))
    world.violated(6, `saga ${id} is over as ${before.status}, and was written again`);
  else if (after.rev <= before.rev || after.seq < before.seq)
    world.violated(6, `saga ${id} went from revision ${before.rev} to ${after.rev}`);
  if (before?.seq === after.seq) world.coverage.met('6: no transition');
  let status = before?.status;
  for (let seq = (before?.seq ?? 0) + 1; seq <= after.seq; seq += 1) {
    const next = sagaStatusIn(tables.historyEntry(id, seq));
    if (next === undefined) world.violated(6, `saga ${id} came to ${after.seq}, and its log has no ${seq}`);
    else if (status !== undefined) {
      world.coverage.met(`6: ${status} to ${next}`);
      if (!isLegalTransition(status as 'Started', next as 'Started'))
        world.violated(6, `saga ${id} went from ${status} to ${next}`);
    }
    status = next;
  }
  if (status !== after.status) world.violated(6, `saga ${id} is ${after.status}, and its log says ${status}`);
}

const SAGA_STATUS = /"sagaStatus":"(\w+)"/;

const sagaStatusIn = (entry: string | undefined): string | undefined =>
  entry === undefined ? undefined : SAGA_STATUS.exec(entry)?.[1];

function order(world: World, tables: Tables, before: OrderSeen | undefined, after: OrderSeen): void {
  world.coverage.met(`6: order ${before?.status ?? 'none'} to ${after.status}`);
  if (before !== undefined && before.status !== 'created')
    world.violated(6, `order ${after.id} was ${before.status} for ever, and is ${after.status}`);
  if (before !== undefined && before.saga_id !== after.saga_id)
    world.violated(6, `order ${after.id} changed its saga`);
  if (after.status === 'approved' && after.origin === 'ours') approved(world, tables, after.id);
}

/** Approved: captured, and reserved or sold; then and for ever. */
export function approved(world: World, tables: Tables, orderId: string): void {
  const saga = tables.sagaOfOrder(orderId);
  if (saga === undefined) return;
  const total = saga.context.order.total.minor;
  const payment = tables.paymentOf(orderId);
  const isPaid =
    payment?.saga_id === saga.id &&
    payment.status === 'processed' &&
    payment.captured_minor - payment.refunded_minor === total;
  if (!isPaid)
    world.violated(5, `order ${orderId} is approved, and its payment is ${payment?.status ?? 'not there'}`);
  const reservation = tables.reservationOf(orderId);
  const isHeld =
    reservation?.saga_id === saga.id &&
    (reservation.status === 'reserved' || reservation.status === 'confirmed');
  if (!isHeld)
    world.violated(
      5,
      `order ${orderId} is approved, and its reservation is ${reservation?.status ?? 'not there'}`,
    );
  world.coverage.met(`5: approved with stock ${reservation?.status ?? 'missing'}`);
}

function payment(world: World, tables: Tables, before: PaymentSeen | undefined, after: PaymentSeen): void {
  world.coverage.met(`2: payment ${before?.status ?? 'none'} to ${after.status}`);
  const { order_id: orderId, captured_minor: captured, refunded_minor: refunded } = after;
  if (before !== undefined && NEXT_PAYMENT[before.status]?.includes(after.status) !== true)
    world.violated(
      2,
      `the payment of order ${orderId} was ${before.status} for ever, and is ${after.status}`,
    );
  if (refunded > captured || (captured !== 0 && captured !== after.amount_minor))
    world.violated(2, `the payment of order ${orderId} has ${captured} captured and ${refunded} returned`);
  if (before !== undefined && (captured < before.captured_minor || refunded < before.refunded_minor))
    world.violated(2, `the payment of order ${orderId} has forgotten money`);
  if (before === undefined && after.status !== 'tombstone' && !hasKey(tables.payment, after.saga_id))
    world.violated(8, `order ${orderId} has a payment that no known command made`);
  if (before?.status === 'processed' && tables.orderRow(orderId)?.status === 'approved')
    approved(world, tables, orderId);
}

function reservation(
  world: World,
  tables: Tables,
  before: ReservationSeen | undefined,
  after: ReservationSeen,
): void {
  world.coverage.met(`4: reservation ${before?.status ?? 'none'} to ${after.status}`);
  const { order_id: orderId } = after;
  if (before !== undefined && NEXT_RESERVATION[before.status]?.includes(after.status) !== true)
    world.violated(4, `the reservation of order ${orderId} was ${before.status}, and is ${after.status}`);
  if (before === undefined && !hasKey(tables.inventory, after.saga_id))
    world.violated(8, `order ${orderId} has a reservation that no known command made`);
  const saga = tables.sagaOfOrder(orderId);
  if (after.status === 'released' && saga?.id === after.saga_id && saga.direction === 'forward')
    world.violated(7, `saga ${saga.id} goes forward, and its reservation is released`);
  if (before !== undefined && tables.orderRow(orderId)?.status === 'approved')
    approved(world, tables, orderId);
}

const hasKey = (database: Tables['payment'], sagaId: string): boolean =>
  database.table('processed_commands').findBy('saga_id', sagaId) !== undefined;

function stock(world: World, tables: Tables): void {
  const pieces = new Map<string, { stocked: number; reserved: number; sold: number }>();
  const of = (productId: string) => {
    const known = pieces.get(productId);
    if (known !== undefined) return known;
    const none = { stocked: 0, reserved: 0, sold: 0 };
    pieces.set(productId, none);
    return none;
  };
  for (const row of tables.inventory.table('restocks').rows.values())
    of(row.product_id as string).stocked += row.delta as number;
  for (const { status, product_ids: products, quantities } of tables.reservations()) {
    if (status !== 'reserved' && status !== 'confirmed') continue;
    const column = status === 'reserved' ? 'reserved' : 'sold';
    products.forEach((productId, at) => {
      of(productId)[column] += quantities[at] as number;
    });
  }
  for (const [productId, { stocked, reserved, sold }] of pieces) {
    const row = tables.inventory.table('inventory').rows.get(productId) as Record<string, number> | undefined;
    const has = row ?? { available_quantity: 0, reserved_quantity: 0, sold_quantity: 0 };
    const isRight =
      has.reserved_quantity === reserved &&
      has.sold_quantity === sold &&
      has.available_quantity === stocked - reserved - sold &&
      Math.min(has.available_quantity, reserved, sold) >= 0;
    if (!isRight)
      world.violated(
        4,
        `product ${productId}: ${stocked} stocked, ${reserved} held and ${sold} sold by reservations; its row says ${has.available_quantity} + ${has.reserved_quantity} + ${has.sold_quantity}`,
      );
  }
  world.coverage.met('4: stock adds up');
}

/** What a command was answered stays what it is answered, to the letter. */
function inbox(world: World, before: InboxSeen | undefined, after: InboxSeen): void {
  if (before === undefined) {
    world.coverage.met(`8: key ${after.command_type} ${after.outcome}`);
    return;
  }
  world.coverage.met(`8: key pending to ${after.outcome}`);
  if (before.outcome !== 'pending')
    world.violated(8, `key ${after.idempotency_key} was ${before.outcome}, and was written again`);
}
