import { MESSAGING_HANDLERS, MESSAGING_SPECS } from './messaging-store.ts';
import { type Handlers, insertRows, list, lockRows, readRows, says, updateRows } from './statements.ts';
import type { Row, TableSpec } from './table.ts';

/** The inventory database in memory. */

const notNegative = (column: string) => ({
  name: `inventory_${column}_check`,
  holds: (row: Row) => (row[column] as number) >= 0,
});

export const inventorySpecs = (): TableSpec[] => [
  ...MESSAGING_SPECS,
  {
    name: 'inventory',
    primary: ['product_id'],
    checks: ['available_quantity', 'reserved_quantity', 'sold_quantity'].map(notNegative),
  },
  {
    name: 'reservations',
    primary: ['order_id'],
    uniques: [{ name: 'reservations_id_unique', of: (row) => row.id as string }],
    travels: { product_ids: 'array', quantities: 'array' },
  },
  { name: 'restocks', primary: ['key'] },
];

export const INVENTORY_HANDLERS: Handlers = {
  ...MESSAGING_HANDLERS,
  'reservations-lock': (call) => lockRows(call, call.database.table('reservations'), () => list(call, 0)),
  'reservations-lock-by-every-key': (call) => {
    const table = call.database.table('reservations');
    return lockRows(call, table, () => [
      ...list(call, 0),
      ...(list(call, 1).flatMap(
        (id) => table.findBy('reservations_id_unique', id)?.order_id ?? [],
      ) as string[]),
    ]);
  },
  'reservations-insert': insertRows,
  'reservations-turn'(call) {
    const [, statuses = []] = call.values as readonly (readonly unknown[])[];
    const isGuarded = says(call, "r.status = 'reserved'");
    return updateRows(call, call.database.table('reservations'), list(call, 0), (row, index) =>
      isGuarded && row.status !== 'reserved' ? null : { ...row, status: statuses[index] },
    );
  },
  'stock-lock': (call) =>
    lockRows(call, call.database.table('inventory'), () => {
      const held = readRows(call, call.database.table('reservations'), list(call, 1));
      return [...list(call, 0), ...held.flatMap((row) => row.product_ids as readonly string[])];
    }),
  'stock-move'(call) {
    const [, available = [], reserved = [], sold = []] = call.values as readonly (readonly number[])[];
    return updateRows(call, call.database.table('inventory'), list(call, 0), (row, index) => ({
      ...row,
      available_quantity: (row.available_quantity as number) + (available[index] as number),
      reserved_quantity: (row.reserved_quantity as number) + (reserved[index] as number),
      sold_quantity: (row.sold_quantity as number) + (sold[index] as number),
    }));
  },
  'restocks-select': (call) => readRows(call, call.database.table('restocks'), list(call, 0)),
  'restocks-insert': insertRows,
};
