import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql';
import { type Currency, RESERVATION_STATUSES, type ReservationStatus } from '@order-saga/contracts';
import { MESSAGING_ENTITIES } from '@order-saga/messaging';

/** For migrations and reads. The hot path writes these tables by set-based SQL; the ORM writes none of them (rule L5). */

export const ProductEntity = defineEntity({
  name: 'Product',
  tableName: 'products',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    prices: p
      .json<Partial<Record<Currency, number>>>()
      .columnType('jsonb')
      .comment('per currency, in minor units; a currency without an entry cannot buy the product'),
  },
  checks: [
    { name: 'products_name_check', expression: "name <> ''" },
    { name: 'products_prices_check', expression: "jsonb_typeof(prices) = 'object'" },
  ],
  indexes: [{ name: 'products_name_id_index', properties: ['name', 'id'] }],
});
export type Product = InferEntity<typeof ProductEntity>;

export const InventoryEntity = defineEntity({
  name: 'Inventory',
  tableName: 'inventory',
  properties: {
    productId: p.uuid().primary(),
    availableQuantity: p.bigint('number'),
    reservedQuantity: p.bigint('number'),
    soldQuantity: p.bigint('number'),
  },
  checks: [
    { name: 'inventory_available_quantity_check', expression: 'available_quantity >= 0' },
    { name: 'inventory_reserved_quantity_check', expression: 'reserved_quantity >= 0' },
    { name: 'inventory_sold_quantity_check', expression: 'sold_quantity >= 0' },
  ],
});

const quotedStatuses = RESERVATION_STATUSES.map((status) => `'${status}'`).join(', ');

export const ReservationEntity = defineEntity({
  name: 'Reservation',
  tableName: 'reservations',
  comment: 'one row per order, whichever of its action and its undo came first',
  properties: {
    orderId: p.uuid().primary(),
    id: p.uuid(),
    sagaId: p.uuid(),
    productIds: p.array().columnType('uuid[]'),
    quantities: p.array((text) => Number(text)).columnType('int[]'),
    status: p
      .text()
      .$type<ReservationStatus>()
      .comment('tombstone: undone before it was made; its late action is refused'),
    createdAt: p.datetime().columnType('timestamptz').defaultRaw('clock_timestamp()'),
    updatedAt: p.datetime().columnType('timestamptz').defaultRaw('clock_timestamp()'),
  },
  uniques: [{ name: 'reservations_id_unique', properties: ['id'] }],
  checks: [
    { name: 'reservations_status_check', expression: `status in (${quotedStatuses})` },
    {
      name: 'reservations_lines_check',
      expression: 'cardinality(product_ids) = cardinality(quantities)',
    },
  ],
});
export type ReservationRow = InferEntity<typeof ReservationEntity>;

export const RestockEntity = defineEntity({
  name: 'Restock',
  tableName: 'restocks',
  comment:
    'the ledger of stock: all that a product has, reserved and sold ones included, is the sum of its deltas',
  properties: {
    key: p.text().primary(),
    productId: p.uuid(),
    delta: p.bigint('number'),
    availableAfter: p.bigint('number').comment('the answer, for a repeat of the key'),
    restockedAt: p.datetime().columnType('timestamptz').defaultRaw('clock_timestamp()'),
  },
});

export const INVENTORY_ENTITIES = [
  ProductEntity,
  InventoryEntity,
  ReservationEntity,
  RestockEntity,
  ...MESSAGING_ENTITIES,
];
