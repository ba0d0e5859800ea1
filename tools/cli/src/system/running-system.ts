import type { DatabaseUrls } from './databases.ts';
import type { RunningProcess } from './run-file.ts';
import type { ServiceName } from './services.ts';

/** A system that answers: every process was ready when this was handed out. */
export interface RunningSystem {
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly adminToken: string;
  readonly databases: DatabaseUrls;
  /** Empty with the in-process broker. */
  readonly brokers: readonly string[];
  /** As of now: a restarted process has another id. Includes `postgres` and `kafka` where this system started them. */
  readonly processes: readonly RunningProcess[];
  /** Drains the service process, starts it again, and answers when it is ready. */
  restart(name: string): Promise<void>;
  /** Signals a process, `postgres` and `kafka` included, and leaves the rest to its supervisor. */
  kill(name: string, signal: NodeJS.Signals): void;
  /** Answers when the service process is ready, as after `kill`. */
  whenReady(name: string): Promise<void>;
  /** Starts or drains replicas of a service until there are as many; answers when they are ready, or gone. */
  scale(service: ServiceName, replicas: number): Promise<void>;
  /** Drains: gateway, services, Kafka, PostgreSQL. Data is kept. Safe to call twice. */
  stop(): Promise<void>;
}
