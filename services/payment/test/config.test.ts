import { expect, test } from 'vitest';
import { readPaymentConfig } from '../src/index.ts';

const required = {
  DATABASE_URL: 'postgresql://a:b@localhost/payments',
  KAFKA_BROKERS: 'localhost:9092',
  ADMIN_TOKEN: 'token-of-the-payment-tests',
};

test('what need not be set has a default', () => {
  expect(readPaymentConfig(required)).toMatchObject({
    PORT: 3002,
    PAYMENT_DECLINE_SHARE: 0.2,
    PROVIDER_SLOTS: 256,
    LANES: 2,
    BATCH_CAP: 500,
  });
});

test('a lease that is shorter than a call, and a share above one, are each named', () => {
  expect(() => readPaymentConfig({ ...required, LEASE_MS: '400' })).toThrow(
    /LEASE_MS: must be more than PROVIDER_CALL_TIMEOUT_MS/,
  );
  expect(() => readPaymentConfig({ ...required, PAYMENT_DECLINE_SHARE: '1.5' })).toThrow(
    /PAYMENT_DECLINE_SHARE: must be a number from 0 to 1/,
  );
});
