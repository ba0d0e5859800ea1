export type { BrokerLog } from './client.ts';
export { createKafkaBroker, type KafkaBrokerOptions } from './kafka-broker.ts';
