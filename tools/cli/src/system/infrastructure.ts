import { join } from 'node:path';
import { KAFKA_VERSION, type RunningKafka, type RunningPostgres, startKafka } from '@order-saga/local-infra';
import { type BrokerPlan, createTopics } from './broker.ts';
import { ensureDatabases, givenDatabases, startEmbedded } from './databases.ts';
import type { LaunchedSystem } from './launched-system.ts';
import type { SystemOptions } from './options.ts';
import { SupervisedServer } from './supervised-server.ts';

export interface LaunchContext {
  readonly options: SystemOptions;
  readonly logs: string;
  readonly say: (line: string) => void;
  readonly system: LaunchedSystem;
}

const USUAL_KAFKA_PORT = 9092;

/** The databases that were given, or an embedded PostgreSQL; in either case all three exist afterwards. */
export async function provideDatabases({ options, logs, say, system }: LaunchContext): Promise<void> {
  const given = givenDatabases(options.databaseUrls);
  if (given !== null) {
    await ensureDatabases(given);
    system.databases = given;
    say('PostgreSQL: the databases that were given');
    return;
  }
  const dataDir = join(options.dataDir, 'postgres');
  const postgres = new SupervisedServer<RunningPostgres>({
    name: 'postgres',
    say,
    onStarted: () => void system.record(),
    start: async (port) => {
      const fsync = options.fsync ?? true;
      const { server, urls } = await startEmbedded(dataDir, join(logs, 'postgres.log'), { port, fsync, say });
      system.databases = urls;
      return server;
    },
  });
  system.addServer(postgres);
  const { port, adopted } = await postgres.start(options.ports?.postgres);
  await ensureDatabases(system.databases);
  say(`PostgreSQL: embedded, on port ${port}, data in ${dataDir}${adopted ? ' (it was still running)' : ''}`);
}

/**
 * The broker that was given, or Apache Kafka, with its topics. Answers true when there is none, and all services must
 * therefore share one process.
 */
export async function provideBroker(
  plan: BrokerPlan,
  { options, logs, say, system }: LaunchContext,
): Promise<boolean> {
  if (plan.kind === 'memory') {
    say(`Kafka: none (${plan.because}); all services run in one process, on an in-process broker`);
    return true;
  }
  if (plan.kind === 'given') {
    await createTopics(plan.brokers);
    system.brokers = plan.brokers;
    say(`Kafka: ${plan.brokers.join(',')}, which was given`);
    return false;
  }
  const dataDir = join(options.dataDir, 'kafka');
  const kafka = new SupervisedServer<RunningKafka>({
    name: 'kafka',
    say,
    onStarted: () => void system.record(),
    start: (port) => {
      const wish = port === undefined ? { preferredPort: USUAL_KAFKA_PORT } : { port };
      const listeners = options.kafkaListeners ?? [];
      return startKafka({ dataDir, logFile: join(logs, 'kafka.log'), log: say, listeners, ...wish });
    },
  });
  system.addServer(kafka);
  const { brokers, adopted } = await kafka.start(options.ports?.kafka);
  await createTopics(brokers);
  system.brokers = brokers;
  say(
    `Kafka: Apache Kafka ${KAFKA_VERSION} at ${brokers.join(',')}${adopted ? ' (it was still running)' : ''}`,
  );
  return false;
}
