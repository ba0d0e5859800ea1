import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { DateTime, Decimal } from '../src/schema/scalars.ts';

describe('Decimal', () => {
  test.each(['0', '99.90', '-1', '000.10'])('takes %s as it is', (text) => {
    expect(Decimal.parseValue(text)).toBe(text);
    expect(Decimal.serialize(text)).toBe(text);
  });
  test.each([99.9, 1, '1e3', '1,5', '.5', '5.', '', ' 1', '0x10', 'NaN', null, '1'.repeat(31)])(
    'refuses %j',
    (value) => {
      expect(() => Decimal.parseValue(value)).toThrow(GraphQLError);
      expect(() => Decimal.serialize(value)).toThrow(GraphQLError);
    },
  );
});

describe('DateTime', () => {
  test.each(['2026-03-01T09:30:00Z', '2026-03-01T09:30:00.123456+01:00'])('takes %s as it is', (text) => {
    expect(DateTime.parseValue(text)).toBe(text);
  });
  test.each(['2026-03-01', '2026-03-01T09:30:00', '2026-13-01T09:30:00Z', 'now', 0, null])(
    'refuses %j',
    (value) => {
      expect(() => DateTime.parseValue(value)).toThrow(GraphQLError);
    },
  );
});
