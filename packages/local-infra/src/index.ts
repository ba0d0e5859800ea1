export { type InfraErrorCode, LocalInfraError } from './errors.ts';
export { findJava, type JavaFinding } from './java.ts';
export { type KafkaOptions, kafkaUnavailableReason, type RunningKafka, startKafka } from './kafka.ts';
export { jarsAreCached, KAFKA_VERSION } from './kafka-jars.ts';
export type { KafkaListener } from './kafka-settings.ts';
export { freePort, portIsTaken } from './ports.ts';
export { type PostgresOptions, type RunningPostgres, startPostgres } from './postgres.ts';
export { commandOf, isAlive, stopProcess } from './processes.ts';
