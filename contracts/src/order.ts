import { z } from 'zod';
import { CURRENCIES, type Currency } from './money.ts';

/** Shapes of an order that messages, REST, tRPC and GraphQL share. */

export const MAX_LINES = 50;
export const MAX_QUANTITY_PER_LINE = 10_000;

/** Any of the 128-bit forms PostgreSQL takes as uuid in its canonical spelling; stored in lower case. */
export const uuidSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'must be a UUID')
  .transform((text) => text.toLowerCase());

/** PostgreSQL's jsonb takes neither U+0000 nor half a surrogate pair: refused at the door (rule O6). */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

export const currencySchema = z.enum(Object.keys(CURRENCIES) as [Currency, ...Currency[]]);

export const moneySchema = z.object({ minor: z.int().nonnegative(), currency: currencySchema });

export const lineSchema = z.object({ productId: uuidSchema, quantity: z.int().min(1) });
export type OrderLine = { readonly productId: string; readonly quantity: number };

export const PAYMENT_METHODS = [
  'credit_card',
  'test_approve',
  'test_decline',
  'test_late',
  'test_never',
] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];
export const DEFAULT_PAYMENT_METHOD: PaymentMethod = 'credit_card';

/** `pending`: accepted, its saga durable, not yet created by the order participant. */
export const ORDER_STATUSES = ['pending', 'created', 'approved', 'cancelled'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const SAGA_STATUSES = [
  'Started',
  'InProgress',
  'Completed',
  'Compensating',
  'Compensated',
  'Failed',
] as const;
export type SagaStatus = (typeof SAGA_STATUSES)[number];

export const isTerminalSagaStatus = (status: SagaStatus): boolean =>
  status === 'Completed' || status === 'Compensated' || status === 'Failed';

/** Lines of one product are summed at the door (rule P10); products keep the order of their first mention. */
export function sumLines(lines: readonly OrderLine[]): OrderLine[] {
  const byProduct = new Map<string, number>();
  for (const line of lines) {
    byProduct.set(line.productId, (byProduct.get(line.productId) ?? 0) + line.quantity);
  }
  return [...byProduct].map(([productId, quantity]) => ({ productId, quantity }));
}
