import { patchKafkajs } from './kafkajs-faults.ts';
import { loadCluster, loadKafkajs } from './kafkajs-internals.ts';

patchKafkajs();

/** kafkajs as this adapter uses it: patched, then loaded. Values are imported from here, types from `kafkajs`. */
export const { Kafka, logLevel } = loadKafkajs();
export const Cluster = loadCluster();
