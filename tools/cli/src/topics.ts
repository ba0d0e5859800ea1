import { parseArgs } from 'node:util';
import { ALL_TOPICS } from '@order-saga/contracts';
import { createKafkaBroker, type IncomingMessage } from '@order-saga/messaging/transport';
import { runningSystem } from './running.ts';
import { CliError } from './system/cli-error.ts';
import { table } from './table.ts';

const DAY_MS = 86_400_000;

/** `npm run topics`: what is declared. `npm run topics -- tail TOPIC [--from=earliest]`: messages as they come. */
export async function run(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { from: { type: 'string', default: 'latest' }, 'data-dir': { type: 'string' } },
  });
  const [verb, wanted] = positionals;
  if (verb === undefined) {
    console.log(
      table(ALL_TOPICS.map(({ retentionMs, ...topic }) => ({ ...topic, kept: `${retentionMs / DAY_MS} d` }))),
    );
    return 0;
  }
  const topic = ALL_TOPICS.find(({ name }) => name === wanted);
  if (verb !== 'tail' || topic === undefined || (values.from !== 'latest' && values.from !== 'earliest')) {
    const names = ALL_TOPICS.map(({ name }) => name).join(', ');
    throw new CliError('USAGE', `npm run topics -- tail TOPIC [--from=earliest], where TOPIC is ${names}`);
  }
  const { brokers } = await runningSystem(values['data-dir']);
  if (brokers.length === 0) {
    throw new CliError(
      'KAFKA_IMPOSSIBLE',
      'the in-process broker cannot be watched from outside: start with --broker=kafka',
    );
  }
  await tail(brokers, topic.name, values.from);
  return 0;
}

async function tail(brokers: readonly string[], topic: string, from: 'latest' | 'earliest'): Promise<void> {
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: console.error, error: console.error };
  const broker = createKafkaBroker({ brokers, clientId: `order-saga-tail-${process.pid}`, log });
  const consumer = broker.consume({
    groupId: `order-saga-tail-${process.pid}`,
    topics: [topic],
    from,
    onMessages: async (messages) => {
      for (const message of messages) {
        console.log(lineOf(message));
        consumer.done(message);
      }
    },
  });
  await consumer.start();
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await consumer.stop();
  await broker.close();
}

function lineOf({ timestampMs, partition, offset, key, value }: IncomingMessage): string {
  const at = new Date(timestampMs).toISOString();
  return `${at} ${partition}/${offset} ${key ?? '-'} ${value?.toString('utf8') ?? '(no value)'}`;
}
