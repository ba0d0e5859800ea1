import { reservationIdOf } from '@order-saga/contracts';
import { insertInbox, selectInbox, type TurnSql } from '@order-saga/messaging';
import { insertRestocks, selectRestocks } from '../restock/restock-sql.ts';
import { InventoryState } from '../stock/inventory-state.ts';
import { insertReservations, lockReservations, turnReservations } from '../stock/reservation-sql.ts';
import { lockStock, moveStock } from '../stock/stock-sql.ts';
import type { InventoryMessage } from './inventory-message.ts';

/**
 * One turn in two trips. Locks are taken in one fixed order, reservations before stock and each by key; what is read
 * without a lock comes after them (rule L1).
 */
export const inventoryTurnSql: TurnSql<InventoryMessage, InventoryState> = {
  async load(sql, messages, afterConflict) {
    const wanted = keysOf(messages);
    const [reservations, stock, inbox, restocks] = await Promise.all([
      lockReservations(sql, wanted.orderIds, afterConflict ? wanted.sagaIds.map(reservationIdOf) : []),
      lockStock(sql, wanted.productIds, wanted.endingOrderIds),
      selectInbox(sql, wanted.idempotencyKeys),
      selectRestocks(sql, wanted.restockKeys),
    ]);
    return new InventoryState({ reservations, stock, inbox, restocks });
  },

  save(sql, state) {
    return [
      ...insertReservations(sql, state.reservations.inserts()),
      ...turnReservations(sql, state.reservations.updates()),
      ...moveStock(sql, state.stock.updates()),
      ...insertRestocks(sql, state.restocks.inserts()),
      ...insertInbox(sql, state.inbox.inserts()),
    ];
  },
};

/** What the messages may touch, each key once. */
function keysOf(messages: readonly InventoryMessage[]) {
  const orderIds = new Set<string>();
  /** Their stock is found by what they hold, not by what the command says (rule P5). */
  const endingOrderIds = new Set<string>();
  const sagaIds = new Set<string>();
  const productIds = new Set<string>();
  const idempotencyKeys = new Set<string>();
  const restockKeys = new Set<string>();
  for (const message of messages) {
    if (message.kind === 'restock') {
      restockKeys.add(message.input.key);
      productIds.add(message.input.productId);
      continue;
    }
    const { command } = message;
    orderIds.add(command.payload.orderId);
    sagaIds.add(command.sagaId);
    idempotencyKeys.add(command.idempotencyKey);
    if (command.type === 'ReserveInventory')
      for (const { productId } of command.payload.lines) productIds.add(productId);
    else endingOrderIds.add(command.payload.orderId);
  }
  return {
    orderIds: [...orderIds],
    endingOrderIds: [...endingOrderIds],
    sagaIds: [...sagaIds],
    productIds: [...productIds],
    idempotencyKeys: [...idempotencyKeys],
    restockKeys: [...restockKeys],
  };
}
