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

const HOUR_MS = 3_600_000;

const service = serviceSettings({ port: 3003, instanceName: instanceOnThisHost('inventory') });

const inventorySettings = z.object({
  ...service,
  MESSAGE_SIGNING_KEYS: signingKeys,
  ...retentionSettings,
  LANES: setting(wholeNumber(1, 32).default(2), {
    remedy: 'set it to how many transactions may run side by side, as in 2',
  }),
  BATCH_CAP: setting(wholeNumber(1, 5_000).default(500), {
    remedy: 'set it to how many messages one transaction may take, as in 500',
  }),
  /** Longer than the longest step deadline of any saga that sends commands here (rule P6). */
  COMMAND_HORIZON_MS: setting(wholeNumber(60_000, 365 * 24 * HOUR_MS).default(24 * HOUR_MS), {
    remedy: 'set it to the age, in milliseconds, above which an unknown ReserveInventory is refused',
  }),
});
export type InventoryConfig = z.output<typeof inventorySettings>;

export const inventoryConfig = (env: Environment = process.env): InventoryConfig =>
  readConfig(inventorySettings, env);

/** For the programs that prepare the database. */
export const readSetUpConfig = (env: Environment = process.env) => readConfig(setUpSettings, env);
