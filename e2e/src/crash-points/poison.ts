import { ALL_TOPICS } from '@order-saga/contracts';
import { createKafkaBroker } from '@order-saga/messaging';
import { newId } from '../ids.ts';
import type { WholeSystem } from '../system.ts';
import type { Crashing } from './stage.ts';

const READS: Readonly<Record<Crashing, string>> = {
  order: 'order-replies',
  payment: 'payment-service-commands',
  inventory: 'inventory-service-commands',
};

const quiet = () => undefined;
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A message for the service that nobody can read. */
export async function poison({ brokers }: WholeSystem, service: Crashing): Promise<void> {
  const broker = createKafkaBroker({
    brokers,
    clientId: `poisoner-${newId()}`,
    log: SILENT,
    topics: ALL_TOPICS,
  });
  try {
    await broker.publish([
      { topic: READS[service], key: newId(), value: `no JSON: ${newId()}`, headers: {} },
    ]);
  } finally {
    await broker.close();
  }
}
