import type { KafkaListener } from '@order-saga/local-infra';
import type { ReplicaCounts } from './replicas.ts';
import type { DatabaseName, ProcessSpec, ServiceName, ServiceSpec } from './services.ts';

export type BrokerChoice = 'auto' | 'kafka' | 'memory';

export interface SystemOptions {
  /** Holds databases, broker, logs, run.json and the admin token; absolute. */
  readonly dataDir: string;
  readonly broker?: BrokerChoice;
  /** Brokers that run already. */
  readonly brokers?: readonly string[];
  /** All three or none: without them PostgreSQL is started. */
  readonly databaseUrls?: Partial<Readonly<Record<DatabaseName, string>>>;
  /** Where not given: the service's own port, and for the infrastructure a usual or else a free one. */
  readonly ports?: Partial<Readonly<Record<ServiceName | 'postgres' | 'kafka', number>>>;
  /** How many processes of a service run side by side; one where not given. */
  readonly replicas?: ReplicaCounts;
  /** For every process, beside this one's own environment: PAYMENT_DECLINE_SHARE, LOG_LEVEL and the like. */
  readonly env?: NodeJS.ProcessEnv;
  /** What a process is told instead: for fault tests that stand between it and what it speaks to. */
  readonly adaptEnvironment?: (process: string, env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv;
  /** Further doors of a Kafka that is started here. */
  readonly kafkaListeners?: readonly KafkaListener[];
  /** Off for load tests: a durable commit is then no longer what is measured. Default on. */
  readonly fsync?: boolean;
  /** Each line is printed when it has become true. */
  readonly say?: (line: string) => void;
  /** Aborting during the start undoes what was started, and rejects. */
  readonly signal?: AbortSignal;
  /** Other services and processes than the real ones, for the launcher's own tests. */
  readonly services?: readonly ServiceSpec[];
  readonly processes?: readonly ProcessSpec[];
}
