/**
 * The stock of one product. `available + reserved + sold` changes by a restock only; every other move is between the
 * three. `change` is what this turn moved so far: it is saved once per product, as a sum (rule L3).
 */
export interface Stock {
  readonly productId: string;
  readonly available: number;
  readonly reserved: number;
  readonly sold: number;
  readonly change: Quantities;
}

export interface Quantities {
  readonly available: number;
  readonly reserved: number;
  readonly sold: number;
}

const NOTHING: Quantities = { available: 0, reserved: 0, sold: 0 };

export class StockDefectError extends Error {
  readonly code = 'STOCK_EQUATION_BROKEN';
}

export const stored = (productId: string, quantities: Quantities): Stock => ({
  productId,
  ...quantities,
  change: NOTHING,
});

/** Whoever moves has looked first: a quantity below zero is a defect here, and the database's CHECK says so too. */
export function move(stock: Stock, by: Partial<Quantities>): Stock {
  const { available, reserved, sold } = { ...NOTHING, ...by };
  const moved: Stock = {
    productId: stock.productId,
    available: stock.available + available,
    reserved: stock.reserved + reserved,
    sold: stock.sold + sold,
    change: {
      available: stock.change.available + available,
      reserved: stock.change.reserved + reserved,
      sold: stock.change.sold + sold,
    },
  };
  if (Math.min(moved.available, moved.reserved, moved.sold) >= 0) return moved;
  throw new StockDefectError(
    `product ${stock.productId} would have ${moved.available} available, ${moved.reserved} reserved, ${moved.sold} sold: none may be below zero`,
  );
}
