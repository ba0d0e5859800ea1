import { TOPICS } from '@order-saga/contracts';
import type { OutgoingMessage } from '@order-saga/messaging/transport';
import type { Random } from '../schedule/random.ts';
import type { Fault } from './fault.ts';
import { listen, onTheWire } from './wire.ts';

const COMMANDS_AND_REPLIES = [
  TOPICS.paymentCommands.name,
  TOPICS.inventoryCommands.name,
  TOPICS.orderReplies.name,
];
const HEARD = [...COMMANDS_AND_REPLIES, TOPICS.orderEvents.name];
const LISTEN_MS = 1_000;
const MOST_KEPT = 2_000;

/** All that passed within a second comes twice more, and what was heard the last time comes again, minutes late. */
export function duplicatedMessages(): Fault {
  let earlier: readonly OutgoingMessage[] = [];
  return {
    name: 'messages duplicated',
    target: 'messages',
    inject: (stage, random) =>
      onTheWire(stage, async (broker) => {
        const heard = (await listen(broker, HEARD, LISTEN_MS, stage)).slice(0, MOST_KEPT);
        const copies = random.shuffled([...heard, ...heard, ...earlier]);
        await broker.publish(copies);
        const late = earlier.length;
        earlier = heard;
        return `${heard.length} twice more, ${late} of an earlier time`;
      }),
  };
}

/** By this the dead letters that were made here are told from others. */
export const POISON_MARK = 'chaos-poison';

/** Fewer than would look like a fault of the system itself: more than twenty a minute stop a consumer. */
const DOSES = 2;

export const poison: Fault = {
  name: 'poison messages',
  target: 'messages',
  inject: (stage, random) =>
    onTheWire(stage, async (broker) => {
      const doses = [...COMMANDS_AND_REPLIES, TOPICS.orderCommands.name, TOPICS.orderEvents.name].flatMap(
        (topic) => Array.from({ length: DOSES }, () => dose(topic, random, stage.newId)),
      );
      await broker.publish(doses);
      return `${doses.length} messages`;
    }),
};

function dose(topic: string, random: Random, newId: () => string): OutgoingMessage {
  const key = `${POISON_MARK}-${newId()}`;
  const envelope = {
    id: newId(),
    saga_id: newId(),
    idempotency_key: key,
    created_at: '2024-01-01T00:00:00Z',
  };
  const value = random.pick([
    '',
    `not JSON ${key}`,
    `{"half":"${key}`,
    JSON.stringify({ ...envelope, command_type: 'MakeCoffee', payload: {} }),
    JSON.stringify({
      ...envelope,
      command_type: 'ProcessPayment',
      payload: { order_id: 'none', amount: 'much' },
    }),
    JSON.stringify({ ...envelope, note: 'half a line\u0000' }),
    `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
    JSON.stringify({ ...envelope, filler: 'x'.repeat(500_000) }),
  ]);
  return { topic, key, value, headers: { ce_type: 'Poison' } };
}
