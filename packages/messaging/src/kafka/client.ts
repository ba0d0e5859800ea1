import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory, Kafka as KafkajsClient } from 'kafkajs';
import { Cluster, Kafka, logLevel } from './kafkajs.ts';
import type { ClusterInternals } from './kafkajs-internals.ts';

/** What a pino logger offers and this adapter uses. */
export interface BrokerLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ClientOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: BrokerLog;
}

const CONNECTION_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 10_000;
const RETRY = { retries: 2, initialRetryTime: 100, maxRetryTime: 400, factor: 0.2, multiplier: 2 };

/**
 * One kafkajs client and the sockets it opened. The sockets are kept in hand because kafkajs waits for the answers of
 * a connection that will never answer: only destroying them bounds a close.
 */
export class KafkaClient {
  readonly kafka: KafkajsClient;
  readonly #options: ClientOptions;
  readonly #sockets = new Set<Socket>();
  #destroyed = false;
  /** Called when the last open socket has closed. */
  onDisconnected: () => void = () => {};

  constructor(options: ClientOptions) {
    this.#options = options;
    this.kafka = new Kafka({
      brokers: [...options.brokers],
      clientId: options.clientId,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      retry: RETRY,
      socketFactory: this.#socketFactory,
      logLevel: logLevel.INFO,
      // Everything kafkajs says about a lost broker it says many times; the adapter itself reports the outage, once.
      logCreator:
        () =>
        ({ namespace, label, log }) =>
          options.log.debug({ ...log, namespace, kafkajsLevel: label }, `kafkajs: ${log.message}`),
    });
  }

  /** kafkajs' own cluster class, for requests that its public interface does not offer. */
  cluster(): ClusterInternals {
    return new Cluster({
      logger: this.kafka.logger(),
      socketFactory: this.#socketFactory,
      brokers: this.#options.brokers,
      clientId: this.#options.clientId,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      enforceRequestTimeout: true,
      metadataMaxAge: 300_000,
      allowAutoTopicCreation: false,
      retry: RETRY,
    });
  }

  /** Lets `disconnect` end politely within the bound, then destroys the sockets. Never rejects. */
  async close(disconnect: () => Promise<void>, boundMs: number): Promise<void> {
    this.onDisconnected = () => {};
    const bound = Promise.withResolvers<void>();
    const timer = setTimeout(bound.resolve, boundMs);
    await Promise.race([disconnect().catch(() => {}), bound.promise]);
    clearTimeout(timer);
    this.#destroyed = true;
    for (const socket of this.#sockets) {
      // kafkajs listens to 'error' and 'end', not to 'close': without an error its requests would never be rejected.
      socket.destroy(socket.writableEnded ? undefined : new Error('The client was closed'));
    }
  }

  #socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    if (this.#destroyed) throw new Error('The client was closed');
    const socket = ssl
      ? connectTls({ host, port, servername: host, ...ssl }, onConnect)
      : connectTcp({ host, port }, onConnect);
    // A heartbeat in flight must not hold back the next produce request (Nagle's algorithm).
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.onDisconnected();
    });
    return socket;
  };
}
