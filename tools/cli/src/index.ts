export { type CheckOptions, checkInvariants } from './invariants/check-invariants.ts';
export { checkTold, type FinalState, type Observation } from './invariants/check-told.ts';
export { printInvariants } from './invariants/examine.ts';
export { finalStatesOf } from './invariants/final-states.ts';
export { formatInvariants, violationsText } from './invariants/format.ts';
export type {
  CheckMode,
  InvariantReport,
  InvariantResult,
  Liability,
  Violation,
} from './invariants/report.ts';
export { isAtRest, type UnderWay, waitForRest } from './invariants/rest.ts';
export { CliError, type CliErrorCode } from './system/cli-error.ts';
export { askForReplicas } from './system/control.ts';
export type { DatabaseUrls } from './system/databases.ts';
export { environmentOf, type Wiring } from './system/environment.ts';
export { killLeftovers, sweepDeadSystems } from './system/leftovers.ts';
export type { BrokerChoice, SystemOptions } from './system/options.ts';
export { type ReplicaCounts, readReplicaCounts, replicaName } from './system/replicas.ts';
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
