export type { MemoryFaults } from './faults.ts';
export { createMemoryBroker, type MemoryBroker, type MemoryBrokerOptions } from './memory-broker.ts';
