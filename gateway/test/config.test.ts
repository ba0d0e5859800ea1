import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readGatewayConfig } from '../src/index.ts';

const needed = {
  AUTH: 'development',
  KAFKA_BROKERS: 'localhost:9092',
  ADMIN_TOKEN: 'sixteen-characters-or-more',
};

test('what has a sensible default need not be set, and each instance gets its own name', () => {
  const config = readGatewayConfig(needed);
  expect(config).toMatchObject({
    PORT: 4000,
    ORDER_SERVICE_URL: ['http://127.0.0.1:3001'],
  });
  expect(config.INSTANCE_NAME).not.toBe(readGatewayConfig(needed).INSTANCE_NAME);
});

test('where everybody can come, the schema is closed and clients are counted unless it is said otherwise', () => {
  const closed = { INTROSPECTION: false, PLAYGROUND: false, MAX_OPERATIONS_PER_MINUTE: 1_200 };
  const open = { INTROSPECTION: true, PLAYGROUND: true, MAX_OPERATIONS_PER_MINUTE: 0 };
  expect(readGatewayConfig(needed)).toMatchObject({ ...closed, MAX_CONNECTIONS_PER_CLIENT: 100 });
  expect(readGatewayConfig({ ...needed, NODE_ENV: 'development' })).toMatchObject(open);
  expect(readGatewayConfig({ ...needed, INTROSPECTION: 'on' })).toMatchObject({
    ...closed,
    INTROSPECTION: true,
  });
});

test('all problems are told at once, each with what to do, and no secret', () => {
  const read = () =>
    readGatewayConfig({ ADMIN_TOKEN: 'short', ORDER_SERVICE_URL: 'orders', MAX_DEPTH: 'deep' });
  expect(read).toThrow(
    /KAFKA_BROKERS: is not set.*\n.*ADMIN_TOKEN: .*\n.*ORDER_SERVICE_URL: .*\n.*MAX_DEPTH: /,
  );
  expect(read).not.toThrow(/short/);
});

test('every limit is documented with its default', async () => {
  const text = await readFile(new URL('../../docs/gateway.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(MAX_\w+|\w+_MS)` \| (\d+)/gm)];
  const config: Record<string, unknown> = { ...readGatewayConfig(needed) };
  for (const [, variable = '', value] of rows) expect(String(config[variable]), variable).toBe(value);
  const limits = Object.keys(config).filter((variable) => variable.startsWith('MAX_'));
  expect(limits.filter((variable) => !rows.some(([, name]) => name === variable))).toEqual([]);
});
