export { type Clock, systemClock } from './clock.ts';
export {
  ConfigError,
  type ConfigProblem,
  commaList,
  type Environment,
  instanceOnThisHost,
  portNumber,
  readConfig,
  serviceSettings,
  setting,
  wholeNumber,
} from './config.ts';
export { sayWhenAway } from './database-away.ts';
export { createHttpServer, type HttpServerOptions, listen, requireJson } from './http-server.ts';
export { type Ids, randomIds } from './ids.ts';
export {
  type FetchedText,
  type FetchInit,
  type KeepAliveFetch,
  keepAliveFetch,
  PeerUnreachableError,
} from './keep-alive-fetch.ts';
export { type ProcessParts, type Running, runProcess, type StopStep, stopInOrder } from './lifecycle.ts';
export { createLog, LOG_LEVELS, type Log, type LogLevel, type LogOptions, silentLog } from './log.ts';
export { createMetrics, METRICS_PREFIX, type Metrics, type MetricsOptions } from './metrics.ts';
export { mountOperations } from './operations-routes.ts';
export { brokerCheck, databaseCheck } from './part-checks.ts';
export { pipelineObserver, systemRuntime, watchedDeliveries } from './pipeline-ports.ts';
export {
  createReadiness,
  type Readiness,
  type ReadinessCheck,
  type ReadinessPart,
  type ReadinessReport,
} from './readiness.ts';
export { retentionOf, retentionSettings } from './retention.ts';
export { signingKeys } from './signing-keys.ts';
export { traceparentOf } from './traceparent.ts';
export { createServiceClient, type ServiceClientOptions } from './trpc-client.ts';
export { bearerCheck, MAX_TRPC_BATCH, mountTrpc } from './trpc-server.ts';
