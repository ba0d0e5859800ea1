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
    INTROSPECTION: true,
  });
  expect(config.INSTANCE_NAME).not.toBe(readGatewayConfig(needed).INSTANCE_NAME);
});

test('all problems are told at once, each with what to do, and no secret', () => {
  const read = () =>
    readGatewayConfig({ ADMIN_TOKEN: 'short', ORDER_SERVICE_URL: 'orders', MAX_DEPTH: 'deep' });
  expect(read).toThrow(
    /KAFKA_BROKERS: is not set.*\n.*ADMIN_TOKEN: .*\n.*ORDER_SERVICE_URL: .*\n.*MAX_DEPTH: /,
  );
  expect(read).not.toThrow(/short/);
});
