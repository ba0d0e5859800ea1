import { ALL_TOPICS } from '@order-saga/contracts';
import { type Broker, type Consumer, createKafkaBroker, type IncomingMessage } from '@order-saga/messaging';
import { eventually } from '@order-saga/testkit';
import { newId, type WholeSystem } from '../../src/index.ts';

const quiet = () => undefined;
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** Somebody else on the same Kafka: sends any text to a topic, and hears every message of another. */
export class Wire {
  readonly #broker: Broker;
  readonly #consumers: Consumer[] = [];

  constructor(system: WholeSystem) {
    const clientId = `stranger-${newId()}`;
    this.#broker = createKafkaBroker({ brokers: system.brokers, clientId, log: SILENT, topics: ALL_TOPICS });
  }

  async send(topic: string, key: string, value: string): Promise<void> {
    const [outcome] = await this.#broker.publish([{ topic, key, value, headers: {} }]);
    if (outcome?.kind !== 'acknowledged') throw new Error(`${topic} did not take the message`);
  }

  /** From the beginning of the topic. */
  async listen(topic: string, heard: (value: string) => void | Promise<void>): Promise<void> {
    const consumer = this.#broker.consume({
      groupId: `stranger-${newId()}`,
      topics: [topic],
      from: 'earliest',
      onMessages: async (messages: readonly IncomingMessage[]) => {
        for (const message of messages) {
          await heard(String(message.value));
          consumer.done(message);
        }
      },
    });
    this.#consumers.push(consumer);
    await consumer.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()));
    await this.#broker.close();
  }
}

/** Replies as they stand on `order-replies`, to the letter. */
export class ReplyListener {
  readonly #texts: string[] = [];

  async start(wire: Wire): Promise<void> {
    await wire.listen('order-replies', (text) => void this.#texts.push(text));
  }

  /** All replies to a command so far; waits until there are as many. */
  async to(commandId: string, count = 1): Promise<readonly string[]> {
    return eventually(
      () => {
        const replies = this.#texts.filter((text) => text.includes(`"command_id":"${commandId}"`));
        if (replies.length < count) throw new Error(`there are ${replies.length}`);
        return replies;
      },
      { describe: `${count} replies to ${commandId}`, timeoutMs: 20_000 },
    );
  }
}
