import { BROKER_FAULTS } from './broker.ts';
import { DATABASE_FAULTS } from './database.ts';
import type { Fault } from './fault.ts';
import { duplicatedMessages, poison } from './messages.ts';
import { NETWORK_FAULTS } from './network.ts';
import { PROCESS_FAULTS } from './processes.ts';
import { REPLICA_FAULTS } from './replicas.ts';

/** Every kind of fault that a run makes. */
export const allFaults = (): readonly Fault[] => [
  ...PROCESS_FAULTS,
  ...DATABASE_FAULTS,
  ...BROKER_FAULTS,
  ...NETWORK_FAULTS,
  ...REPLICA_FAULTS,
  duplicatedMessages(),
  poison,
];
