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
import { authSettings, refineAuth } from '@order-saga/service-kit/auth';
import { setUpSettings } from '@order-saga/service-kit/database';
import { z } from 'zod';

/** The order service's environment: the only reader of `process.env` here. All problems are shown at once. */

const participant = z.enum(['ours', 'seed']);
const HOUR_MS = 3_600_000;

const settings = z.object({
  ...serviceSettings({ port: 3001, instanceName: instanceOnThisHost('order') }),
  MESSAGE_SIGNING_KEYS: signingKeys,
  ...retentionSettings,
  /** Who may use the REST doors. */
  ...authSettings,
  /** Where the order steps run: in the orchestrator's transaction, or over Kafka as the seed has it. */
  ORDER_PARTICIPANT: setting(z.enum(['local', 'kafka']).default('local'), {
    remedy: 'set it to local or kafka',
  }),
  /** `seed`: a participant without tombstones and ConfirmInventory, for orders of one line. */
  PAYMENT_PARTICIPANT: setting(participant.default('ours'), { remedy: 'set it to ours or seed' }),
  INVENTORY_PARTICIPANT: setting(participant.default('ours'), { remedy: 'set it to ours or seed' }),
  ATTEMPT_TIMEOUT_MS: setting(wholeNumber(50, HOUR_MS).default(5_000), {
    remedy: 'set it to how long to wait for a reply before the command is sent again',
  }),
  MAX_ATTEMPT_TIMEOUT_MS: setting(wholeNumber(50, HOUR_MS).default(60_000), {
    remedy: 'set it to what that wait doubles up to',
  }),
  STEP_DEADLINE_MS: setting(wholeNumber(100, 24 * HOUR_MS).default(15 * 60_000), {
    remedy: 'set it to how long a step may stay unanswered before it is undone',
  }),
  ATTENTION_AFTER_MS: setting(wholeNumber(100, 24 * HOUR_MS).default(60_000), {
    remedy: 'set it to how long a step may stay unanswered before an operator should look',
  }),
  MAX_SAGAS_IN_FLIGHT: setting(wholeNumber(1, 1_000_000).default(2_000), {
    remedy: 'set it to how many sagas may be under way; further orders wait in line',
  }),
  RESENDS_PER_SECOND: setting(wholeNumber(1, 100_000).default(50), {
    remedy: 'set it to how many commands may be sent again per second, over all sagas',
  }),
  LANES: setting(wholeNumber(1, 64).default(2), { remedy: 'set it to how many turns may run side by side' }),
  BATCH_CAP: setting(wholeNumber(1, 5_000).default(500), {
    remedy: 'set it to how many messages one turn may take; 1 turns group commit off',
  }),
});

const schema = settings
  .refine(
    ({ MESSAGE_SIGNING_KEYS: keys, PAYMENT_PARTICIPANT, INVENTORY_PARTICIPANT }) =>
      keys.length === 0 || (PAYMENT_PARTICIPANT === 'ours' && INVENTORY_PARTICIPANT === 'ours'),
    {
      path: ['MESSAGE_SIGNING_KEYS'],
      message: 'must be left out beside a participant of the seed, which signs nothing',
    },
  )
  .superRefine(refineAuth);

export type OrderServiceConfig = z.output<typeof schema>;

export const readOrderConfig = (env: Environment = process.env): OrderServiceConfig =>
  readConfig(schema, env);

/** For the programs that prepare the database. */
export const readSetUpConfig = (env: Environment = process.env) => readConfig(setUpSettings, env);
