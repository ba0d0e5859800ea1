import { plural } from './amounts.ts';
import type { Check } from './check.ts';

/** Stock, its ledger and the reservations lie in one database: at every instant one snapshot must add up, to the piece. */
const STOCK = `
  with stocked as (select product_id, sum(delta) as pieces from restocks group by product_id),
  held as (
    select line.product_id,
      coalesce(sum(line.quantity) filter (where r.status = 'reserved'), 0) as reserved,
      coalesce(sum(line.quantity) filter (where r.status = 'confirmed'), 0) as sold
    from reservations r cross join unnest(r.product_ids, r.quantities) as line (product_id, quantity)
    where r.status in ('reserved', 'confirmed')
    group by line.product_id)
  select coalesce(i.product_id, s.product_id, h.product_id) as "productId",
    i.available_quantity as available, i.reserved_quantity as reserved, i.sold_quantity as sold,
    coalesce(s.pieces, 0) as stocked, coalesce(h.reserved, 0) as "heldReserved", coalesce(h.sold, 0) as "heldSold"
  from inventory i
  full join stocked s on s.product_id = i.product_id
  full join held h on h.product_id = coalesce(i.product_id, s.product_id)`;

interface Stock {
  readonly productId: string;
  /** Null, all three, when the product has no row of stock. */
  readonly available: number | null;
  readonly reserved: number | null;
  readonly sold: number | null;
  readonly stocked: number;
  readonly heldReserved: number;
  readonly heldSold: number;
}

export const stockAddsUp: Check = {
  number: 4,
  title: 'Per product: initial + restocked = available + reserved + sold',
  async ask({ inventory }, book) {
    const products = await inventory<Stock>(STOCK);
    const [counted] = await inventory<{ reservations: number }>(
      'select count(*) as reservations from reservations',
    );
    const figures = { products: products.length, stocked: 0, available: 0, reserved: 0, sold: 0 };
    for (const product of products) {
      const { productId, available, reserved, sold, stocked, heldReserved, heldSold } = product;
      const found = (rule: string, text: string) => book.found({ rule, text, productId });
      if (available === null || reserved === null || sold === null) {
        found('no-stock-row', `product ${productId} is stocked or reserved, and has no row of stock`);
        continue;
      }
      figures.stocked += stocked;
      figures.available += available;
      figures.reserved += reserved;
      figures.sold += sold;
      const has = `product ${productId} has ${available} available, ${reserved} reserved and ${sold} sold`;
      if (Math.min(available, reserved, sold) < 0) found('negative-stock', has);
      if (stocked !== available + reserved + sold)
        found('stock-does-not-add-up', `${has}, but was stocked with ${stocked}`);
      if (reserved !== heldReserved)
        found('reserved-differs', `${has}, but its reservations hold ${heldReserved}`);
      if (sold !== heldSold)
        found('sold-differs', `${has}, but its confirmed reservations are of ${heldSold}`);
    }
    Object.assign(book.figures, figures, { reservations: counted?.reservations ?? 0 });
    book.checkedRows = products.length + (counted?.reservations ?? 0);
    book.says = `${plural(products.length, 'product')}: ${figures.stocked} stocked = ${figures.available} available + ${figures.reserved} reserved + ${figures.sold} sold`;
  },
};
