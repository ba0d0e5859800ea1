import { join } from 'node:path';

/** A further door to the broker, whose clients are told to come back by another port: that of a proxy before it. */
export interface KafkaListener {
  /** Upper-case letters, digits and underscores. */
  readonly name: string;
  readonly port: number;
  readonly advertisedPort: number;
}

/** One KRaft node that is broker and controller, on loopback, with every replica count at one. */
export function kafkaProperties(
  dataDir: string,
  port: number,
  controllerPort: number,
  more: readonly KafkaListener[] = [],
): string {
  const each = (of: (listener: KafkaListener) => string) =>
    more.map((listener) => `,${of(listener)}`).join('');
  const settings: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${each((it) => `${it.name}://127.0.0.1:${it.port}`)}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${each((it) => `${it.name}://127.0.0.1:${it.advertisedPort}`)}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${each((it) => `${it.name}:PLAINTEXT`)}`,
    'log.dirs': join(dataDir, 'log'),
    // After kill -9 a new broker must wait until the old one's session has ended; the default is 9 s.
    'broker.session.timeout.ms': 4000,
    'broker.heartbeat.interval.ms': 500,
    'num.partitions': 6,
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 6,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // The default, 128 MB, is half of the heap that one local node needs.
    'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

export const LOG4J_PROPERTIES = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
`;
