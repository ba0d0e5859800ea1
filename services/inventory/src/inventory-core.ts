import { TOPICS } from '@order-saga/contracts';
import {
  type Broker,
  createPipeline,
  type Deliveries,
  type Log,
  type MessageSignatures,
  type Observer,
  type Pipeline,
  type PipelineStore,
  type Runtime,
} from '@order-saga/messaging';
import { inventoryDecider } from './commands/inventory-decider.ts';
import {
  decodeCommand,
  type InventoryAnswer,
  type InventoryMessage,
  isUrgent,
} from './commands/inventory-message.ts';
import type { InventoryConfig } from './config.ts';
import type { InventoryState } from './stock/inventory-state.ts';

/**
 * The inventory participant between its doors and its database. The service composes it over PostgreSQL and Kafka, the
 * simulation over a store and a broker in memory.
 */
export type InventoryCoreConfig = Pick<InventoryConfig, 'COMMAND_HORIZON_MS' | 'LANES' | 'BATCH_CAP'>;

export interface InventoryCoreParts {
  readonly store: PipelineStore<InventoryMessage, InventoryState>;
  readonly broker: Broker;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly observer: Observer;
  readonly signatures?: MessageSignatures | undefined;
  /** Absent: replies say nothing of the way of their commands. */
  readonly deliveries?: Deliveries | undefined;
  countAnswer(message: InventoryMessage, answer: InventoryAnswer): void;
}

export const inventoryPipeline = (
  config: InventoryCoreConfig,
  { store, broker, runtime, log, observer, signatures, deliveries, countAnswer }: InventoryCoreParts,
): Pipeline<InventoryMessage, InventoryState, InventoryAnswer> =>
  createPipeline({
    name: 'inventory',
    store,
    broker,
    runtime,
    log,
    observer,
    decider: inventoryDecider({ horizonMs: config.COMMAND_HORIZON_MS }),
    lanes: config.LANES,
    batchCap: config.BATCH_CAP,
    signatures,
    deliveries,
    intake: {
      groupId: 'inventory-service',
      topics: [TOPICS.inventoryCommands.name],
      decode(incoming) {
        deliveries?.note(incoming);
        return decodeCommand(incoming);
      },
      isUrgent,
      onCommitted(message, answer, finish) {
        countAnswer(message, answer);
        if (answer.kind === 'command' && answer.attention !== null)
          log.warn({ code: answer.code }, `a command stays unanswered: ${answer.attention}`);
        finish();
      },
    },
  });
