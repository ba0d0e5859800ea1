export { CliError, type CliErrorCode } from './system/cli-error.ts';
export type { DatabaseUrls } from './system/databases.ts';
export { environmentOf, type Wiring } from './system/environment.ts';
export type { BrokerChoice, SystemOptions } from './system/options.ts';
export { liveRunState, type RunningProcess, type RunState } from './system/run-file.ts';
export type { RunningSystem } from './system/running-system.ts';
export {
  DATABASES,
  type DatabaseName,
  ONE_PROCESS_PER_SERVICE,
  SERVICES,
  type ServiceName,
} from './system/services.ts';
export { startSystem } from './system/system.ts';
export { table } from './table.ts';
