import { describe, expect, it, test } from 'vitest';
import {
  CURRENCIES,
  type Currency,
  encodeCommand,
  formatAmount,
  isCurrency,
  maxAmountMinor,
  type OrderCommand,
  orderCommandSchema,
  parseAmount,
  sumLines,
  toSeedFloat,
} from '../src/index.ts';

const minorOf = (input: number | string, currency: Currency = 'USD') => {
  const read = parseAmount(input, currency);
  return read.ok ? read.minor : read.problem;
};

describe('an amount', () => {
  test.each([
    ['seed defect 49: cents are not cut off', 99.99, 9_999],
    ['seed defect 49: less than one is not nothing', 0.99, 99],
    ['seed defect 48: floats that are not what they look like', 0.1 + 0.2, 'too-many-decimals'],
    ['1.005, which binary has not', 1.005, 'too-many-decimals'],
    ['4.35, which times a hundred is 434.99999999999994', 4.35, 435],
    ['1.1', 1.1, 110],
    ['a whole number', 5, 500],
    ['the smallest coin', 0.01, 1],
    ['zeros behind', '99.9000', 9_990],
    ['zeros before', '007.50', 750],
    ['seed defect 50: 1e300', 1e300, 'too-large'],
    ['1e21, which prints with an exponent', 1e21, 'too-large'],
    ['1e-7, which does as well', 1e-7, 'too-many-decimals'],
    ['infinity', Number.POSITIVE_INFINITY, 'not-a-decimal'],
    ['no number', Number.NaN, 'not-a-decimal'],
    ['seed defect 51: the first that no longer fits', 100_000_000, 'too-large'],
    ['seed defect 51: the last that fits', 99_999_999.99, 9_999_999_999],
    ['forty digits', '9'.repeat(40), 'too-large'],
    ['seed defect 52: zero', 0, 'not-positive'],
    ['seed defect 52: less than zero', -5, 'not-positive'],
    ['minus zero', -0, 'not-positive'],
    ['minus zero in words', '-0.00', 'not-positive'],
    ['an exponent in text', '1e3', 'not-a-decimal'],
    ['a comma', '1,50', 'not-a-decimal'],
    ['a sign', '+1', 'not-a-decimal'],
    ['nothing before the point', '.5', 'not-a-decimal'],
    ['nothing behind the point', '5.', 'not-a-decimal'],
    ['nothing', '', 'not-a-decimal'],
    ['a space', ' 1', 'not-a-decimal'],
    ['a line break behind', '1\n', 'not-a-decimal'],
    ['digits of another script', '١', 'not-a-decimal'],
  ])('%s', (_what, input, expected) => expect(minorOf(input)).toBe(expected));

  it('has as many decimals as its currency', () => {
    expect(minorOf(1_200, 'JPY')).toBe(1_200);
    expect(minorOf('1200.00', 'JPY')).toBe(1_200);
    expect(minorOf(1_200.5, 'JPY')).toBe('too-many-decimals');
    expect(maxAmountMinor('JPY')).toBe(99_999_999);
    expect(maxAmountMinor('EUR')).toBe(9_999_999_999);
    for (const currency of ['USD', 'EUR', 'GBP', 'JPY']) expect(isCurrency(currency)).toBe(true);
    for (const name of ['usd', 'XXX', 'constructor', '__proto__']) expect(isCurrency(name)).toBe(false);
  });

  it('is the same after it was written and read, as text and as the float of the seed', () => {
    for (const currency of Object.keys(CURRENCIES) as Currency[]) {
      for (let minor = 1; minor <= maxAmountMinor(currency); minor = minor * 3 + 1) {
        for (const exact of [minor, maxAmountMinor(currency) + 1 - minor]) {
          expect(minorOf(formatAmount({ minor: exact, currency }), currency)).toBe(exact);
          expect(minorOf(toSeedFloat({ minor: exact, currency }), currency)).toBe(exact);
        }
      }
    }
  });

  it('is printed with all its decimals', () => {
    const printed = [1, 10, 100, 9_999, 0, -5, -12_345].map((minor) =>
      formatAmount({ minor, currency: 'USD' }),
    );
    expect(printed).toEqual(['0.01', '0.10', '1.00', '99.99', '0.00', '-0.05', '-123.45']);
    expect(formatAmount({ minor: 1_200, currency: 'JPY' })).toBe('1200');
  });
});

it('the float of the seed is not read where our minor units are', () => {
  const command: OrderCommand = {
    id: '6f0f4c36-7a40-4d0e-8d6c-000000000001',
    sagaId: '6f0f4c36-7a40-4d0e-8d6c-000000000002',
    type: 'CreateOrder',
    payload: {
      orderId: '6f0f4c36-7a40-4d0e-8d6c-000000000003',
      customerId: '6f0f4c36-7a40-4d0e-8d6c-000000000004',
      lines: [{ productId: '11111111-1111-1111-1111-111111111111', quantity: 1 }],
      total: { minor: 1_200, currency: 'JPY' },
      paymentMethod: 'credit_card',
    },
    idempotencyKey: 'key',
    createdAt: '2026-01-01T00:00:00Z',
  };
  const wire = JSON.parse(encodeCommand(command));
  wire.payload.total_amount = 77.777;
  expect(orderCommandSchema.parse(wire).payload.total).toEqual({ minor: 1_200, currency: 'JPY' });
});

describe('lines', () => {
  it('of one product are summed, in the order of their first mention (rule P10)', () => {
    const line = (productId: string, quantity: number) => ({ productId, quantity });
    expect(sumLines([line('b', 1), line('a', 2), line('b', 3)])).toEqual([line('b', 4), line('a', 2)]);
  });
});
