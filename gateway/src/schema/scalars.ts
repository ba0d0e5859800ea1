import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

/** Longer than any amount; a bound, because a client's text is matched against it. */
const DECIMAL = /^-?\d{1,30}(\.\d{1,30})?$/;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Strict in both directions, and text only: a JSON number has already lost what makes an amount exact. */
function textScalar(name: string, expected: string, holds: (text: string) => boolean): GraphQLScalarType {
  const read = (value: unknown, node?: ValueNode): string => {
    if (typeof value === 'string' && holds(value)) return value;
    const found = node === undefined ? JSON.stringify(value) : `a ${node.kind}`;
    throw new GraphQLError(`${name} must be ${expected}; found ${String(found).slice(0, 80)}.`, {
      ...(node === undefined ? {} : { nodes: [node] }),
    });
  };
  return new GraphQLScalarType<string, string>({
    name,
    serialize: (value) => read(value),
    parseValue: (value) => read(value),
    parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined, node),
  });
}

export const Decimal = textScalar('Decimal', 'decimal text, as in "99.90"', (text) => DECIMAL.test(text));

export const DateTime = textScalar(
  'DateTime',
  'an RFC 3339 instant, as in "2026-03-01T09:30:00Z"',
  (text) => RFC_3339.test(text) && !Number.isNaN(Date.parse(text)),
);
