import type { SagaTransition } from '@order-saga/contracts';
import { isOver } from '@order-saga/saga';
import type { Clients } from '../clients/client.ts';
import type { SimProvider } from '../system/sim-provider.ts';
import type { World } from '../world/world.ts';
import { approved } from './at-commit.ts';
import type { SagaColumnsSeen, Tables } from './tables.ts';
import { toldFlaws } from './told.ts';
import { undoFlaws } from './undo-order.ts';

/** What holds once nothing is under way (invariants 1, 2, 3, 5, 6, 7, 8 and 10). */
export function checkAtRest(world: World, tables: Tables, clients: Clients, provider: SimProvider): void {
  for (const orderId of clients.acknowledged.values()) {
    if (orderId === null) continue;
    world.coverage.met('1: acknowledged');
    if (tables.sagaOfOrder(orderId) === undefined)
      world.violated(1, `order ${orderId} was acknowledged, and has no saga`);
  }
  for (const order of tables.orders()) {
    world.coverage.met(`1: order ${order.origin}`);
    if (order.origin === 'ours' && tables.saga(order.saga_id)?.order_id !== order.id)
      world.violated(1, `order ${order.id} is ours, and has no saga`);
  }
  for (const saga of tables.sagas()) checkSaga(world, tables, saga, clients);
  checkProvider(world, tables, provider);
  checkLeftovers(world, tables);
  for (const flaw of toldFlaws(clients.told, tables, world.coverage)) world.violated(10, flaw);
}

function checkSaga(world: World, tables: Tables, saga: SagaColumnsSeen, clients: Clients): void {
  const { id, order_id: orderId, status } = saga;
  if (!isOver(status as 'Completed')) {
    world.violated(7, `saga ${id} is ${status} with nothing under way any more`);
    return;
  }
  world.coverage.met(`7: ended ${status}`);
  const log = tables.history(saga);
  for (const flaw of [...undoFlaws(log), ...logFlaws(log, saga)]) world.violated(7, `saga ${id} ${flaw}`);
  const isApproved = status === 'Completed';
  const row = tables.orderRow(orderId);
  if (isApproved !== (row?.status === 'approved' && row.saga_id === id))
    world.violated(6, `saga ${id} is ${status}, and its order is ${row?.status ?? 'not there'}`);
  if (isApproved && clients.cancelled.has(orderId))
    world.violated(10, `the cancel of order ${orderId} was accepted, and it is approved`);

  const payment = tables.paymentOf(orderId);
  const own = payment?.saga_id === id ? payment : undefined;
  const netMinor = own ? own.captured_minor - own.refunded_minor : 0;
  const owedMinor = isApproved ? saga.context.order.total.minor : 0;
  world.coverage.met(
    `3: ${isApproved ? 'approved and kept' : own?.refunded_minor ? 'cancelled and returned' : 'cancelled and never captured'}`,
  );
  if (netMinor !== owedMinor)
    world.violated(3, `order ${orderId} is ${status}, ${owedMinor} should be kept of it, and ${netMinor} is`);
  const steps = new Map(saga.steps.map(({ name, state }) => [name, state]));
  if (steps.get('ProcessPayment') === 'undone') {
    world.coverage.met(`7: undone payment ${own?.status ?? 'none'}`);
    if (payment === undefined)
      world.violated(7, `saga ${id} undid its payment, and there is no tombstone of it`);
  }
  if (own?.status === 'pending') world.violated(3, `the payment of order ${orderId} is pending for ever`);

  const reservation = tables.reservationOf(orderId);
  const held = reservation?.saga_id === id ? reservation.status : undefined;
  if (steps.get('ReserveInventory') === 'undone') {
    world.coverage.met(`7: undone reservation ${held ?? 'none'}`);
    if (reservation === undefined)
      world.violated(7, `saga ${id} undid its reservation, and there is no tombstone of it`);
  }
  if (isApproved) {
    approved(world, tables, orderId);
    if (held !== 'confirmed')
      world.violated(5, `order ${orderId} is over as approved, and its stock is ${held}`);
  } else {
    world.coverage.met(`5: cancelled with stock ${held ?? 'never asked for'}`);
    if (held === 'reserved' || held === 'confirmed')
      world.violated(5, `order ${orderId} is cancelled, and its stock is ${held}`);
  }
}

function logFlaws(log: readonly SagaTransition[], saga: SagaColumnsSeen): string[] {
  const flaws: string[] = [];
  log.forEach(({ seq }, at) => {
    if (seq !== at + 1) flaws.push(`has no transition ${at + 1}`);
  });
  const last = log.at(-1);
  if (last?.seq !== saga.seq) flaws.push(`came to ${saga.seq}, and its log to ${last?.seq}`);
  if (last?.sagaStatus !== saga.status) flaws.push(`is ${saga.status}, and its log ends ${last?.sagaStatus}`);
  return flaws;
}

/** The provider's own book and ours agree, and it has no charge that we know nothing of. */
function checkProvider(world: World, tables: Tables, provider: SimProvider): void {
  const known = new Set<string>();
  for (const payment of tables.payments()) {
    known.add(payment.charge_key);
    const entry = provider.book.get(payment.charge_key);
    const charged = entry?.kind === 'charge' ? entry.amountMinor : 0;
    const returned = entry?.refundedMinor ?? 0;
    world.coverage.met(`2: provider has ${entry?.kind ?? 'nothing'}${returned > 0 ? ' and a refund' : ''}`);
    if (charged !== payment.captured_minor || returned !== payment.refunded_minor)
      world.violated(
        2,
        `payment of order ${payment.order_id} is ${payment.status} with ${payment.captured_minor} captured and ${payment.refunded_minor} returned; the provider has ${charged} and ${returned}`,
      );
  }
  for (const [key, entry] of provider.book) {
    if (!known.has(key) && entry.amountMinor > entry.refundedMinor)
      world.violated(2, `the provider keeps ${entry.amountMinor} under ${key}, which belongs to no payment`);
  }
}

function checkLeftovers(world: World, tables: Tables): void {
  for (const database of tables.databases()) {
    const left = database.table('outbox_events').rows.size;
    if (left > 0) world.violated(8, `${left} outbox rows of ${database.name} never left`);
    for (const row of database.table('processed_commands').rows.values())
      if (row.outcome === 'pending')
        world.violated(8, `${row.command_type} of saga ${row.saga_id} is never answered`);
    for (const letter of database.table('dead_letters').rows.values()) {
      world.coverage.met(`dead letter: ${letter.cause}`);
      const sagaId = sagaIdIn(letter.value as string | null);
      if (sagaId !== null && tables.saga(sagaId) !== undefined)
        world.violated(8, `a message of saga ${sagaId} is a dead letter: ${letter.cause}: ${letter.detail}`);
    }
  }
}

const sagaIdIn = (value: string | null): string | null =>
  value === null ? null : ((JSON.parse(value) as { saga_id?: string }).saga_id ?? null);
