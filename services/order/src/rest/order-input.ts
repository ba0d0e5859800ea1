import {
  type AmountProblem,
  CURRENCIES,
  type Currency,
  currencySchema,
  DEFAULT_CURRENCY,
  DEFAULT_PAYMENT_METHOD,
  MAX_LINES,
  MAX_QUANTITY_PER_LINE,
  maxAmountMinor,
  PAYMENT_METHODS,
  parseAmount,
  RequestError,
  sumLines,
  uuidSchema,
} from '@order-saga/contracts';
import { z } from 'zod';
import type { OrderRequest } from '../orders/order-desk.ts';
import { sentLines } from '../orders/sent.ts';

/**
 * `POST /orders` as the seed has it, and what may be said besides: several items, a currency, a payment method, the
 * amount as decimal text. It takes the client's total: the seed's REST does, and only it.
 */
const quantity = z
  .number('must be a whole number, not text')
  .int('must be a whole number')
  .min(1, 'must be 1 or more')
  .max(MAX_QUANTITY_PER_LINE, `must be ${MAX_QUANTITY_PER_LINE} or less`);

const uuid = uuidSchema;

const bodySchema = z.object({
  customer_id: uuid,
  product_id: uuid.optional(),
  quantity: quantity.optional(),
  items: z
    .array(z.object({ product_id: uuid, quantity }), 'must be a list of { product_id, quantity }')
    .min(1, 'must name one item or more')
    .max(MAX_LINES, `must name ${MAX_LINES} items or fewer`)
    .optional(),
  total_amount: z.union([z.number(), z.string()], 'must be a number or decimal text'),
  currency: currencySchema.optional(),
  payment_method: z.enum(PAYMENT_METHODS).optional(),
});

export const ORDER_FIELDS = Object.keys(bodySchema.shape);

export function readOrderRequest(
  body: unknown,
  idempotencyKey: string | null,
  traceparent: string | undefined,
): OrderRequest {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw invalid('the body', 'must be a JSON object');
  }
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw firstProblem(parsed.error, body);
  const order = parsed.data;
  const currency = order.currency ?? DEFAULT_CURRENCY;
  const lines = sumLines(readItems(order));
  const minor = readTotal(order.total_amount, currency);
  return {
    idempotencyKey,
    customerId: order.customer_id,
    lines,
    total: { minor, currency },
    paymentMethod: order.payment_method ?? DEFAULT_PAYMENT_METHOD,
    // Only what was sent: a default that changes must not make a repeat a conflict (rule C1).
    sent: { lines: sentLines(lines), minor, currency: order.currency, paymentMethod: order.payment_method },
    traceparent,
  };
}

const KEY = /^[\x20-\x7e]{1,128}$/;

export function readIdempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && KEY.test(header)) return header;
  throw invalid('Idempotency-Key', 'must be one header of 1 to 128 printable ASCII characters');
}

function readItems(order: z.output<typeof bodySchema>) {
  if (order.items) {
    if (order.product_id !== undefined || order.quantity !== undefined) {
      throw invalid('items', 'must not stand beside product_id and quantity: send one or the other');
    }
    return order.items.map((item) => ({ productId: item.product_id, quantity: item.quantity }));
  }
  if (order.product_id === undefined) throw invalid('product_id', 'is missing');
  if (order.quantity === undefined) throw invalid('quantity', 'is missing');
  return [{ productId: order.product_id, quantity: order.quantity }];
}

function readTotal(amount: number | string, currency: Currency): number {
  const read = parseAmount(amount, currency);
  if (read.ok) return read.minor;
  throw invalid('total_amount', AMOUNT_PROBLEMS[read.problem](currency));
}

const AMOUNT_PROBLEMS: Record<AmountProblem, (currency: Currency) => string> = {
  'not-a-decimal': () => 'must be a decimal number, as in 99.99',
  'too-many-decimals': (currency) => `must have ${CURRENCIES[currency]} decimals at most, as ${currency} has`,
  'not-positive': () => 'must be more than zero',
  'too-large': (currency) => `must be ${maxAmountMinor(currency)} minor units of ${currency} or less`,
};

function firstProblem(error: z.ZodError, body: object): RequestError {
  const [issue] = error.issues as [z.core.$ZodIssue, ...z.core.$ZodIssue[]];
  const field = issue.path.join('.');
  const isMissing = issue.path.length === 1 && !(String(issue.path[0]) in body);
  return invalid(field, isMissing ? 'is missing' : issue.message.replace(/^Invalid input: /, 'is wrong: '));
}

const invalid = (field: string, problem: string) =>
  new RequestError('INVALID_INPUT', `${field}: ${problem}`, { field });
