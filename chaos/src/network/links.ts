import { freePort, type KafkaListener } from '@order-saga/local-infra';
import { TcpProxy } from './tcp-proxy.ts';

export const SERVERS = ['PostgreSQL', 'Kafka'] as const;
export type ServerName = (typeof SERVERS)[number];

/** A proxy of its own between one process and one server. */
export interface Link {
  readonly process: string;
  readonly server: ServerName;
  readonly proxy: TcpProxy;
}

export interface LinksOptions {
  /** Every process that may ever run, replicas included; one without a database has no use for its link to it. */
  readonly processes: readonly string[];
  readonly postgresPort: number;
}

/**
 * The network between each process and its servers. A Kafka client is told by the broker where to come back, so each
 * process has a listener of its own, which advertises the port of that process's proxy.
 */
export class Links {
  readonly all: readonly Link[];
  readonly kafkaListeners: readonly KafkaListener[];

  private constructor(all: readonly Link[]) {
    this.all = all;
    this.kafkaListeners = all
      .filter(({ server }) => server === 'Kafka')
      .map(({ process, proxy }) => ({
        name: process.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_'),
        port: proxy.upstreamPort,
        advertisedPort: proxy.port,
      }));
  }

  static async open({ processes, postgresPort }: LinksOptions): Promise<Links> {
    const all: Link[] = [];
    for (const process of processes) {
      all.push({ process, server: 'PostgreSQL', proxy: new TcpProxy(await freePort(), postgresPort) });
      all.push({ process, server: 'Kafka', proxy: new TcpProxy(await freePort(), await freePort()) });
    }
    await Promise.all(all.map(({ proxy }) => proxy.listen()));
    return new Links(all);
  }

  /** What a process is told so that it speaks through its proxies. */
  readonly adapt = (process: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
    const { DATABASE_URL } = env;
    return {
      ...env,
      KAFKA_BROKERS: `127.0.0.1:${this.#portOf(process, 'Kafka')}`,
      ...(DATABASE_URL === undefined
        ? {}
        : { DATABASE_URL: withPort(DATABASE_URL, this.#portOf(process, 'PostgreSQL')) }),
    };
  };

  to(server: ServerName): readonly Link[] {
    return this.all.filter((link) => link.server === server);
  }

  clear(): void {
    for (const { proxy } of this.all) proxy.setWeather({ kind: 'fair' });
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ proxy }) => proxy.close()));
  }

  #portOf(process: string, server: ServerName): number {
    const link = this.all.find((each) => each.process === process && each.server === server);
    if (link === undefined) throw new Error(`there is no link from ${process} to ${server}`);
    return link.proxy.port;
  }
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.toString();
}
