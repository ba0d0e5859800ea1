/**
 * Money is an integer count of minor units and a currency; a float never enters a calculation.
 * Decimal text exists only at the edges (REST, GraphQL, the seed's float fields).
 */
export const CURRENCIES = { USD: 2, EUR: 2, GBP: 2, JPY: 0, CHF: 2, CAD: 2, AUD: 2, SEK: 2 } as const;

export type Currency = keyof typeof CURRENCIES;

export const DEFAULT_CURRENCY: Currency = 'USD';

/** The largest amount an order may have: 99,999,999.99 in a currency of two decimals, 99,999,999 in one of none. */
export const maxAmountMinor = (currency: Currency): number =>
  CURRENCIES[currency] === 0 ? 99_999_999 : 10 ** (8 + CURRENCIES[currency]) - 1;

export interface Money {
  /** Integer, in units of the currency's smallest coin. */
  readonly minor: number;
  readonly currency: Currency;
}

export const isCurrency = (value: string): value is Currency => Object.hasOwn(CURRENCIES, value);

export type AmountProblem = 'not-a-decimal' | 'too-many-decimals' | 'not-positive' | 'too-large';

/**
 * Reads a decimal amount, a JSON number or decimal text, into minor units.
 * A number is read by its shortest decimal form, so that 99.99 is 9,999 cents and never 9,998.
 */
export function parseAmount(
  input: number | string,
  currency: Currency,
): { readonly ok: true; readonly minor: number } | { readonly ok: false; readonly problem: AmountProblem } {
  const text = typeof input === 'number' ? plainDecimal(input) : input;
  const match = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text);
  if (!match) return { ok: false, problem: /^\d+(\.\d+)?$/.test(text) ? 'too-large' : 'not-a-decimal' };
  const [, sign, whole = '', fraction = ''] = match;
  const scale = CURRENCIES[currency];
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > scale) return { ok: false, problem: 'too-many-decimals' };
  const minor = BigInt(whole + significant.padEnd(scale, '0'));
  if (sign === '-' || minor === 0n) return { ok: false, problem: 'not-positive' };
  if (minor > BigInt(maxAmountMinor(currency))) return { ok: false, problem: 'too-large' };
  return { ok: true, minor: Number(minor) };
}

/** `1e21` and beyond print with an exponent; they are far past any limit, so any too-large text will do. */
function plainDecimal(value: number): string {
  if (!Number.isFinite(value)) return 'not a number';
  const text = String(value);
  if (!text.includes('e')) return text;
  return Math.abs(value) < 1 ? value.toFixed(20) : '9'.repeat(30);
}

/** The decimal text of an amount, with the currency's full number of decimals: 9999 USD is `99.99`. */
export function formatAmount({ minor, currency }: Money): string {
  const scale = CURRENCIES[currency];
  if (scale === 0) return String(minor);
  const digits = String(Math.abs(minor)).padStart(scale + 1, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The seed's float field, written beside ours and never read when ours is there. */
export const toSeedFloat = (money: Money): number => Number(formatAmount(money));
