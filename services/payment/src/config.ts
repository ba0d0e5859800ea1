import {
  type Environment,
  instanceOnThisHost,
  readConfig,
  retentionSettings,
  serviceSettings,
  setting,
  signingKeys,
  wholeNumber,
} from '@order-saga/service-kit';
import { setUpSettings } from '@order-saga/service-kit/database';
import { z } from 'zod';

const share = z
  .string()
  .regex(/^\d(\.\d{1,6})?$/, 'must be a number from 0 to 1')
  .transform(Number)
  .refine((value) => value <= 1, 'must be a number from 0 to 1');

const settings = z.object({
  ...serviceSettings({ port: 3002, instanceName: instanceOnThisHost('payment') }),
  MESSAGE_SIGNING_KEYS: signingKeys,
  ...retentionSettings,
  /** Turns side by side, and messages per turn at the most. */
  LANES: setting(wholeNumber(1, 32).default(2), { remedy: 'set it to 2' }),
  BATCH_CAP: setting(wholeNumber(1, 5_000).default(500), { remedy: 'set it to 500' }),
  PAYMENT_DECLINE_SHARE: setting(share.default(0.2), {
    remedy: 'set it to the share of credit card charges that the simulated provider declines, as in 0.2',
  }),
  PAYMENT_SEED: setting(z.string().max(100).default('order-saga'), {
    remedy: 'set it to any text: with the same one the same orders are declined',
  }),
  /**
   * Calls to the provider at the same time; undos have slots of their own (rule P3). The simulated provider writes what
   * comes together in one commit, so that fewer slots are also smaller commits: 64 slots took a third of the throughput.
   */
  PROVIDER_SLOTS: setting(wholeNumber(1, 4_096).default(256), { remedy: 'set it to 256' }),
  PROVIDER_UNDO_SLOTS: setting(wholeNumber(1, 4_096).default(64), { remedy: 'set it to 64' }),
  PROVIDER_CALL_TIMEOUT_MS: setting(wholeNumber(10, 120_000).default(5_000), { remedy: 'set it to 5000' }),
  /** How late the payment method test_late is answered. */
  PROVIDER_LATE_MS: setting(wholeNumber(0, 120_000).default(3_000), { remedy: 'set it to 3000' }),
  /** How long the provider takes the same key for the same charge. */
  PROVIDER_KEY_LIFETIME_HOURS: setting(wholeNumber(1, 8_760).default(24), { remedy: 'set it to 24' }),
  /** The first lease of a pending payment; longer than a call may take. Each further one is twice as long. */
  LEASE_MS: setting(wholeNumber(20, 600_000).default(8_000), {
    remedy: 'set it to more than PROVIDER_CALL_TIMEOUT_MS, as in 8000',
  }),
  LEASE_MAX_MS: setting(wholeNumber(20, 3_600_000).default(60_000), { remedy: 'set it to 60000' }),
  LEASE_SWEEP_MS: setting(wholeNumber(10, 60_000).default(2_000), { remedy: 'set it to 2000' }),
  /** A ProcessPayment that is older, and unknown, is refused; longer than the longest step deadline (rule P6). */
  COMMAND_HORIZON_HOURS: setting(wholeNumber(1, 8_760).default(24), { remedy: 'set it to 24' }),
});

const schema = settings.refine((config) => config.LEASE_MS > config.PROVIDER_CALL_TIMEOUT_MS, {
  path: ['LEASE_MS'],
  message: 'must be more than PROVIDER_CALL_TIMEOUT_MS, or one charge would be called twice at a time',
});

export type PaymentConfig = z.output<typeof schema>;

export const readPaymentConfig = (env: Environment = process.env): PaymentConfig => readConfig(schema, env);

/** For the programs that prepare the database. */
export const readSetUpConfig = (env: Environment = process.env) => readConfig(setUpSettings, env);
