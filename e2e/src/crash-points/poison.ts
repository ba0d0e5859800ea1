import { ALL_TOPICS } from '@order-saga/contracts';
import { createKafkaBroker, messageSignatures } from '@order-saga/messaging';
import { newId } from '../ids.ts';
import type { WholeSystem } from '../system.ts';
import { type Crashing, SIGNING_KEY } from './stage.ts';

const READS: Readonly<Record<Crashing, string>> = {
  order: 'order-replies',
  payment: 'payment-service-commands',
  inventory: 'inventory-service-commands',
};

const quiet = () => undefined;
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** A message that nobody can read, with a good signature; or a forged one, without. */
export async function sendBadMessage(
  { brokers }: WholeSystem,
  service: Crashing,
  kind: 'poison' | 'forgery',
): Promise<void> {
  const broker = createKafkaBroker({
    brokers,
    clientId: `stranger-${newId()}`,
    log: SILENT,
    topics: ALL_TOPICS,
  });
  const message = { topic: READS[service], key: newId(), value: `no JSON: ${newId()}`, headers: {} };
  const signed = kind === 'poison' ? messageSignatures([SIGNING_KEY])?.sign(message) : message;
  try {
    await broker.publish([signed ?? message]);
  } finally {
    await broker.close();
  }
}
