import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  commaList,
  type Environment,
  readConfig,
  serviceSettings,
  setting,
  signingKeys,
  wholeNumber,
} from '@order-saga/service-kit';
import { authSettings, refineAuth } from '@order-saga/service-kit/auth';
import { z } from 'zod';
import { TRUST_STAGES } from './pipeline/trusted-documents.ts';

const {
  DATABASE_URL: _none,
  STATE_DIR: _stateless,
  ...common
} = serviceSettings({ port: 4000, instanceName: '' });

/** See `findAddresses`. */
const addresses = commaList.refine(
  (list) => list.length > 0 && list.every((text) => /^(https?|file):$/.test(URL.parse(text)?.protocol ?? '')),
  'must be a list of URLs that begin with http://, or with file:// for a file that lists them',
);

const onOff = z.enum(['on', 'off']).transform((word) => word === 'on');

const settings = z.object({
  ...common,
  /** Part of the consumer group's name, so that each process reads every event. */
  INSTANCE_NAME: common.INSTANCE_NAME.unwrap().optional(),
  /** As the services have it: what `order-events` tells is then believed only from them. */
  MESSAGE_SIGNING_KEYS: signingKeys,
  ORDER_SERVICE_URL: setting(addresses.default(['http://127.0.0.1:3001']), {
    remedy: 'set it to where the order service listens: one URL for each replica, or one name for all',
  }),
  PAYMENT_SERVICE_URL: setting(addresses.default(['http://127.0.0.1:3002']), {
    remedy: 'set it to where the payment service listens: one URL for each replica, or one name for all',
  }),
  INVENTORY_SERVICE_URL: setting(addresses.default(['http://127.0.0.1:3003']), {
    remedy: 'set it to where the inventory service listens: one URL for each replica, or one name for all',
  }),
  SERVICE_TIMEOUT_MS: setting(wholeNumber(50, 60_000).default(5_000), {
    remedy: 'set it to how long a service may take to answer',
  }),
  SERVICE_RESTART_MS: setting(wholeNumber(0, 60_000).default(5_000), {
    remedy: 'set it to how long a call may wait for an order service that is being started again',
  }),
  ...authSettings,
  /** Who a request without a token is, in development. */
  DEMO_CUSTOMER_ID: setting(z.uuid().default('7d5f3c86-1d1f-4f4e-9c55-3b9c2f6d0a01'), {
    remedy: 'set it to a UUID',
  }),
  /** Whether clients may read the schema; in production not unless it is said. */
  INTROSPECTION: setting(onOff.optional(), { remedy: 'set it to on or off' }),
  PLAYGROUND: setting(onOff.optional(), { remedy: 'set it to on or off' }),
  TRUSTED_DOCUMENTS: setting(z.enum(TRUST_STAGES).default('off'), {
    remedy: `set it to ${TRUST_STAGES.join(', ')}`,
  }),
  TRUSTED_DOCUMENTS_FILE: setting(z.string().optional(), {
    remedy: 'set it to a JSON file of documents by their ids',
  }),
  /** Addresses or networks of proxies whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: setting(commaList.default([]), {
    remedy: 'set it to addresses or networks, as in 10.0.0.0/8',
  }),
  /** Per client: a customer, or an address of those without a token. 0: without a limit, as outside production. */
  MAX_OPERATIONS_PER_MINUTE: setting(wholeNumber(0, 10_000_000).optional(), {
    remedy: 'set it to how many operations a client may ask for in a minute, 0 for any number',
  }),
  MAX_EVENT_LOOP_DELAY_MS: setting(wholeNumber(10, 60_000).default(1_000), {
    remedy: 'set it to how late this process may be before it refuses what comes',
  }),
  /** The built pages. */
  PAGES_DIR: setting(z.string().default(fileURLToPath(new URL('../../web/dist', import.meta.url))), {
    remedy: 'set it to the folder that npm run build -w web makes',
  }),
  CHARTS_EVERY_MS: setting(wholeNumber(10, 600_000).default(3_000), {
    remedy: 'set it to how often the console’s charts get a point',
  }),
  PRICE_MAX_AGE_MS: setting(wholeNumber(0, 60_000).default(1_000), {
    remedy: 'set it to how old a price may be that an order is made with',
  }),
  PRICE_MAX_AGE_IN_OUTAGE_MS: setting(wholeNumber(0, 86_400_000).default(600_000), {
    remedy: 'set it to how old a price may be while the inventory service cannot be asked',
  }),
  MAX_TOKENS: setting(wholeNumber(10, 100_000).default(1_000), { remedy: 'set it to tokens per operation' }),
  MAX_DEPTH: setting(wholeNumber(1, 100).default(10), { remedy: 'set it to levels of fields' }),
  MAX_ALIASES: setting(wholeNumber(0, 1_000).default(15), { remedy: 'set it to aliases per operation' }),
  MAX_ROOT_FIELDS: setting(wholeNumber(1, 1_000).default(10), { remedy: 'set it to fields at the root' }),
  MAX_DIRECTIVES: setting(wholeNumber(0, 1_000).default(20), {
    remedy: 'set it to directives per operation',
  }),
  MAX_COST: setting(wholeNumber(1, 1_000_000).default(5_000), {
    remedy: 'set it to how many fields an answer may have',
  }),
  MAX_BODY_BYTES: setting(wholeNumber(1_000, 10_000_000).default(100_000), {
    remedy: 'set it to the largest request, on HTTP and WebSocket alike',
  }),
  MAX_CONNECTIONS: setting(wholeNumber(1, 1_000_000).default(10_000), {
    remedy: 'set it to open WebSockets and event streams',
  }),
  MAX_CONNECTIONS_PER_CLIENT: setting(wholeNumber(1, 1_000_000).optional(), {
    remedy: 'set it to open WebSockets and event streams of one address',
  }),
  MAX_SUBSCRIPTIONS_PER_CONNECTION: setting(wholeNumber(1, 100_000).default(100), {
    remedy: 'set it to operations that one WebSocket may carry at once',
  }),
  MAX_UPDATES_BEHIND: setting(wholeNumber(1, 100_000).default(100), {
    remedy: 'set it to how many updates a subscriber may be behind before its stream is closed',
  }),
  CONNECTION_INIT_TIMEOUT_MS: setting(wholeNumber(10, 60_000).default(3_000), {
    remedy: 'set it to how long a WebSocket may take to introduce itself',
  }),
  PING_EVERY_MS: setting(wholeNumber(10, 600_000).default(15_000), {
    remedy: 'set it to how often a WebSocket must show that it is alive',
  }),
  RECHECK_EVERY_MS: setting(wholeNumber(10, 600_000).default(3_000), {
    remedy: 'set it to how often open streams are compared with the order service',
  }),
});

const schema = settings.superRefine(refineAuth).superRefine((config, context) => {
  if (config.TRUSTED_DOCUMENTS === 'off' || config.TRUSTED_DOCUMENTS_FILE !== undefined) return;
  context.addIssue({ code: 'custom', path: ['TRUSTED_DOCUMENTS_FILE'], message: 'is not set' });
});

type Settings = z.output<typeof schema>;
/** What has another default where everybody can come than on a developer's machine. */
type Resolved =
  | 'INSTANCE_NAME'
  | 'INTROSPECTION'
  | 'PLAYGROUND'
  | 'MAX_OPERATIONS_PER_MINUTE'
  | 'MAX_CONNECTIONS_PER_CLIENT';
export type GatewayConfig = Omit<Settings, Resolved> & {
  readonly [Name in Resolved]: NonNullable<Settings[Name]>;
};

/** The gateway keeps nothing between starts, so an instance without a name simply gets a new one each time. */
export function readGatewayConfig(env: Environment = process.env): GatewayConfig {
  const config = readConfig(schema, env);
  const isOpen = config.NODE_ENV !== 'production';
  return {
    ...config,
    INSTANCE_NAME: config.INSTANCE_NAME ?? randomUUID(),
    INTROSPECTION: config.INTROSPECTION ?? isOpen,
    PLAYGROUND: config.PLAYGROUND ?? isOpen,
    MAX_OPERATIONS_PER_MINUTE: config.MAX_OPERATIONS_PER_MINUTE ?? (isOpen ? 0 : 1_200),
    MAX_CONNECTIONS_PER_CLIENT: config.MAX_CONNECTIONS_PER_CLIENT ?? (isOpen ? config.MAX_CONNECTIONS : 100),
  };
}
