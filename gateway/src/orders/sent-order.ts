import {
  type Currency,
  DEFAULT_CURRENCY,
  DEFAULT_PAYMENT_METHOD,
  MAX_LINES,
  MAX_QUANTITY_PER_LINE,
  type Money,
  type OrderLine,
  type PaymentMethod,
  parseAmount,
  sumLines,
  uuidSchema,
} from '@order-saga/contracts';
import type { CreateOrderInput } from '../generated/resolvers.ts';
import { type PlaceOrderProblem, problem } from './user-errors.ts';

/** An order as the client sent it, read and found to be well-formed; not yet priced. */
export interface SentOrder {
  readonly idempotencyKey: string;
  /** null: the caller's own. */
  readonly customerId: string | null;
  readonly lines: readonly OrderLine[];
  readonly currency: Currency;
  readonly expectedTotal: Money | null;
  readonly paymentMethod: PaymentMethod;
  /** The cancelled order that this one is placed instead of. */
  readonly retryOf: string | null;
  /**
   * What a repeat of the key is compared with (rule C1): only what the client itself said, by value. No default is in
   * it, so that a default that changes some day makes no repeat a conflict; lines in one order, amounts in minor units.
   */
  readonly sent: Readonly<Record<string, unknown>>;
}

export type ReadOrder =
  | { readonly ok: true; readonly order: SentOrder }
  | { readonly ok: false; readonly problems: PlaceOrderProblem[] };

export function readSentOrder(input: CreateOrderInput): ReadOrder {
  const problems: PlaceOrderProblem[] = [];
  if (!/^[\x20-\x7e]{1,128}$/.test(input.idempotencyKey)) {
    problems.push(
      problem('INVALID_IDEMPOTENCY_KEY', 'must be 1 to 128 printable ASCII characters', 'idempotencyKey'),
    );
  }
  const customerId = input.customerId == null ? null : readUuid(input.customerId);
  if (customerId === undefined) problems.push(problem('INVALID_CUSTOMER', 'must be a UUID', 'customerId'));
  const retryOf = input.retryOf == null ? null : readUuid(input.retryOf);
  if (retryOf === undefined) {
    problems.push(problem('RETRIED_ORDER_NOT_FOUND', 'there is no such order', 'retryOf'));
  }
  const lines = readLines(input.lines, problems);
  const currency = input.currency ?? input.expectedTotal?.currencyCode ?? DEFAULT_CURRENCY;
  const expectedTotal = readExpectedTotal(input, currency, problems);
  if (problems.length > 0 || customerId === undefined || retryOf === undefined) {
    return { ok: false, problems };
  }

  const paymentMethod = input.paymentMethod ?? DEFAULT_PAYMENT_METHOD;
  const sent = {
    lines: lines.toSorted((one, other) => (one.productId < other.productId ? -1 : 1)),
    ...(input.currency == null ? {} : { currency: input.currency }),
    ...(expectedTotal === null ? {} : { expectedTotal }),
    ...(input.paymentMethod == null ? {} : { paymentMethod }),
    ...(retryOf === null ? {} : { retryOf }),
  };
  return {
    ok: true,
    order: {
      idempotencyKey: input.idempotencyKey,
      customerId,
      lines,
      currency,
      expectedTotal,
      paymentMethod,
      retryOf,
      sent,
    },
  };
}

function readLines(lines: CreateOrderInput['lines'], problems: PlaceOrderProblem[]): OrderLine[] {
  if (lines.length === 0) problems.push(problem('NO_LINES', 'an order needs at least one line', 'lines'));
  const read: OrderLine[] = [];
  lines.forEach(({ productId, quantity }, index) => {
    const id = readUuid(productId);
    if (id === undefined) {
      problems.push(problem('PRODUCT_UNKNOWN', 'there is no such product', 'lines', index, 'productId'));
    } else if (quantity < 1) {
      problems.push(invalidQuantity(index));
    } else {
      read.push({ productId: id, quantity });
    }
  });
  const summed = sumLines(read);
  if (summed.length > MAX_LINES) {
    problems.push(problem('TOO_MANY_LINES', `an order has at most ${MAX_LINES} different products`, 'lines'));
  }
  for (const { productId, quantity } of summed) {
    if (quantity <= MAX_QUANTITY_PER_LINE) continue;
    problems.push(invalidQuantity(lines.findIndex((line) => line.productId.toLowerCase() === productId)));
  }
  return summed;
}

const invalidQuantity = (index: number): PlaceOrderProblem =>
  problem(
    'INVALID_QUANTITY',
    `the pieces of one product must be from 1 to ${MAX_QUANTITY_PER_LINE.toLocaleString('en')}`,
    'lines',
    index,
    'quantity',
  );

function readExpectedTotal(
  { expectedTotal }: CreateOrderInput,
  currency: Currency,
  problems: PlaceOrderProblem[],
): Money | null {
  if (expectedTotal == null) return null;
  if (expectedTotal.currencyCode !== currency) {
    problems.push(
      problem(
        'CURRENCY_MISMATCH',
        `the expected total is in ${expectedTotal.currencyCode}, the order in ${currency}`,
        'expectedTotal',
        'currencyCode',
      ),
    );
    return null;
  }
  const amount = parseAmount(expectedTotal.amount, currency);
  if (amount.ok) return { minor: amount.minor, currency };
  const isTooLarge = amount.problem === 'too-large';
  problems.push(
    problem(
      isTooLarge ? 'TOTAL_TOO_LARGE' : 'INVALID_AMOUNT',
      isTooLarge ? 'is more than one order may have' : `is ${AMOUNT_WORDS[amount.problem]} in ${currency}`,
      'expectedTotal',
      'amount',
    ),
  );
  return null;
}

const AMOUNT_WORDS = {
  'not-a-decimal': 'not an amount',
  'too-many-decimals': 'an amount with too many decimals',
  'not-positive': 'not a positive amount',
  'too-large': 'too large',
} as const;

function readUuid(text: string): string | undefined {
  return uuidSchema.safeParse(text).data;
}
