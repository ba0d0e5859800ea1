import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ALL_TOPICS } from '@order-saga/contracts';
import { kafkaUnavailableReason } from '@order-saga/local-infra';
import { createKafkaBroker } from '@order-saga/messaging/transport';
import { CliError } from './cli-error.ts';
import type { SystemOptions } from './options.ts';

export type BrokerPlan =
  | { readonly kind: 'given'; readonly brokers: readonly string[] }
  | { readonly kind: 'kafka' }
  | { readonly kind: 'memory'; readonly because: string };

/** What is given, else Apache Kafka where it can run, else the in-process broker; `broker` forces one. */
export async function planBroker(options: Pick<SystemOptions, 'broker' | 'brokers'>): Promise<BrokerPlan> {
  const { broker = 'auto', brokers = [] } = options;
  if (broker === 'memory') return { kind: 'memory', because: '--broker=memory' };
  if (brokers.length > 0) {
    await refuseSilentBrokers(brokers);
    return { kind: 'given', brokers };
  }
  const missing = await kafkaUnavailableReason();
  if (missing === null) return { kind: 'kafka' };
  if (broker === 'auto') return { kind: 'memory', because: missing };
  throw new CliError(
    'KAFKA_IMPOSSIBLE',
    `--broker=kafka: ${missing}. Install Java 17 or newer and Maven, or set KAFKA_BROKERS to a Kafka of yours, or use --broker=memory`,
  );
}

export async function createTopics(brokers: readonly string[]): Promise<void> {
  const quiet = () => undefined;
  const broker = createKafkaBroker({
    brokers,
    clientId: 'order-saga-launcher',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
  try {
    // A broker that has just started may not have elected its controller yet.
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await broker.ensureTopics(ALL_TOPICS);
      } catch (error) {
        if (attempt === 10) throw new CliError('KAFKA_UNREACHABLE', (error as Error).message);
        await delay(300);
      }
    }
  } finally {
    await broker.close();
  }
}

async function refuseSilentBrokers(brokers: readonly string[]): Promise<void> {
  const answers = await Promise.all(brokers.map(acceptsConnections));
  if (answers.includes(true)) return;
  throw new CliError(
    'KAFKA_UNREACHABLE',
    `KAFKA_BROKERS=${brokers.join(',')} does not answer: start that Kafka or correct the list; without the variable Kafka is started here`,
  );
}

function acceptsConnections(broker: string): Promise<boolean> {
  const colon = broker.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = connect({ host: broker.slice(0, colon), port: Number(broker.slice(colon + 1)) });
    const answer = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.setTimeout(3_000, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
