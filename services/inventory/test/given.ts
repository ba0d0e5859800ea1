import { randomUUID } from 'node:crypto';
import { type InventoryCommand, type OrderLine, reservationIdOf } from '@order-saga/contracts';
import type { Decision, InventoryView } from '../src/stock/decision.ts';
import { InventoryState } from '../src/stock/inventory-state.ts';
import type { Reservation } from '../src/stock/reservation.ts';
import { type Quantities, stored } from '../src/stock/stock.ts';

/** Rows and commands to begin a story with. */
export const CUP = '11111111-1111-1111-1111-111111111111';
export const POT = '22222222-2222-2222-2222-222222222222';
export const GRINDER = '33333333-3333-3333-3333-333333333333';
export const UNKNOWN_PRODUCT = '99999999-9999-9999-9999-999999999999';

export const NOW = Date.parse('2026-03-01T12:00:00.000Z');
export const HORIZON_MS = 24 * 3_600_000;

export const line = (productId: string, quantity: number): OrderLine => ({ productId, quantity });

export function aCommand(
  type: InventoryCommand['type'],
  about: {
    sagaId?: string;
    orderId?: string;
    lines?: readonly OrderLine[];
    epoch?: number;
    createdAt?: string;
  } = {},
): InventoryCommand {
  const sagaId = about.sagaId ?? randomUUID();
  const orderId = about.orderId ?? randomUUID();
  return {
    id: randomUUID(),
    sagaId,
    type,
    payload: { orderId, lines: about.lines ?? [line(CUP, 1)] },
    idempotencyKey: `${sagaId}:${type}:${about.epoch ?? 0}`,
    createdAt: about.createdAt ?? new Date(NOW).toISOString(),
  };
}

export function aReservation(about: Partial<Reservation> = {}): Reservation {
  const sagaId = about.sagaId ?? randomUUID();
  const reservation: Reservation = {
    orderId: randomUUID(),
    id: reservationIdOf(sagaId),
    sagaId,
    lines: [line(CUP, 2)],
    status: 'reserved',
  };
  return { ...reservation, ...about };
}

export function rows(given: {
  stock?: Readonly<Record<string, Partial<Quantities>>>;
  reservations?: readonly Reservation[];
}): InventoryState {
  const empty: Quantities = { available: 0, reserved: 0, sold: 0 };
  return new InventoryState({
    reservations: given.reservations ?? [],
    stock: Object.entries(given.stock ?? {}).map(([id, quantities]) =>
      stored(id, { ...empty, ...quantities }),
    ),
    inbox: [],
    restocks: [],
  });
}

export const viewOf = (given: Parameters<typeof rows>[0]): InventoryView => rows(given).viewAt(NOW);

/** What a decision does to the stock, per product. */
export function stockAfter(decision: Decision): Record<string, Quantities> {
  if (decision.kind !== 'succeeded') return {};
  return Object.fromEntries(
    (decision.effect?.stock ?? []).map(({ productId, available, reserved, sold }) => [
      productId,
      { available, reserved, sold },
    ]),
  );
}
