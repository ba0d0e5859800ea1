import { createKafkaBroker } from '../../src/kafka/index.ts';
import { silentLog } from './silent-log.ts';

/** A process that joins a group and says how long that took; the test kills it. */
const [address = '', topic = '', groupId = '', clientId = '', memberStateDir = ''] = process.argv.slice(2);
const since = performance.now();
const broker = createKafkaBroker({
  brokers: [address],
  clientId,
  memberStateDir,
  log: { ...silentLog, warn: (_, text) => console.log(`warn ${text}`) },
});
const consumer = broker.consume({ groupId, topics: [topic], from: 'earliest', onMessages: async () => {} });
await consumer.start();
console.log(`joined ${Math.round(performance.now() - since)}`);
