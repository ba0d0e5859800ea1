import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_TOPICS, deriveUuid, TOPICS } from '@order-saga/contracts';
import { kafkaUnavailableReason, type RunningKafka, startKafka } from '@order-saga/local-infra';
import { createKafkaBroker } from '@order-saga/messaging';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SmallWorld, sagaId, smallWorld } from './small-world.ts';

const missing = await kafkaUnavailableReason();
const required = process.env.CI === 'true';
const COMMAND = deriveUuid('test-command', 1, 'ProcessPayment');

describe.skipIf(missing !== null && !required)(
  `replies on the wire${missing === null ? '' : ` (${missing})`}`,
  () => {
    let folder: string;
    let kafka: RunningKafka;
    let world: SmallWorld;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'order-saga-replies-'));
      kafka = await startKafka({ dataDir: folder });
      world = await smallWorld(['approved']);
    }, 120_000);
    afterAll(async () => {
      await world?.close();
      await kafka?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const reply = (words: string) =>
      JSON.stringify({ command_id: COMMAND, saga_id: sagaId(1), status: 'Success', result: words });

    async function publish(...values: readonly string[]) {
      const quiet = () => undefined;
      const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
      const broker = createKafkaBroker({ brokers: kafka.brokers, clientId: 'replies-test', log });
      try {
        await broker.ensureTopics(ALL_TOPICS);
        const messages = values.map((value) => ({
          topic: TOPICS.orderReplies.name,
          key: 'k',
          value,
          headers: {},
        }));
        await broker.publish(messages);
      } finally {
        await broker.close();
      }
    }

    test('repeats to the letter pass, and are counted; other words than before are reported', async () => {
      await world.sql('payments', `update processed_commands set reply = $1 where command_id = $2`, [
        reply('paid'),
        COMMAND,
      ]);
      await publish(reply('paid'), reply('paid'), 'not a reply');
      const whole = (await world.check({ brokers: kafka.brokers })).results[8];
      expect(whole).toMatchObject({
        verdict: 'holds',
        figures: { replies: 2, commands: 1, 'not replies': 1 },
        says: '2 replies to 1 command, 1 of them a repeat to the letter',
      });

      await publish(reply('not paid'));
      const violated = (await world.check({ brokers: kafka.brokers })).results[8];
      expect(violated).toMatchObject({
        verdict: 'violated',
        violations: [{ rule: 'reply-differs', sagaId: sagaId(1), messageId: COMMAND }],
      });
    });

    test('one reply that says something else than is stored is reported', async () => {
      await world.sql(
        'inventory',
        `update processed_commands set reply = 'what was stored' where command_id = $1`,
        [deriveUuid('test-command', 1, 'ReserveInventory')],
      );
      const other = reply('told').replace(COMMAND, deriveUuid('test-command', 1, 'ReserveInventory'));
      await publish(other);
      const rules = (await world.check({ brokers: kafka.brokers })).results[8]?.violations.map(
        ({ rule }) => rule,
      );
      expect(rules).toContain('reply-differs-from-stored');
    });
  },
);
