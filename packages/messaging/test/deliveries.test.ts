import { expect, test } from 'vitest';
import { DELIVERY_HEADER, Deliveries, type IncomingMessage, type OutgoingMessage } from '../src/index.ts';

let now = 1_000;
const incoming = (headers: Record<string, string>, timestampMs: number): IncomingMessage => ({
  topic: 't',
  partition: 0,
  offset: 0n,
  generation: 1,
  key: null,
  value: null,
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
  timestampMs,
});
const reply = (causation?: string): OutgoingMessage => ({
  topic: 'order-replies',
  key: 's',
  value: '{}',
  headers: causation === undefined ? {} : { ce_causationid: causation },
});

test('a reply tells when its command was published and taken, and the reader adds its own way', () => {
  const participant = new Deliveries(() => now);
  now = 1_030;
  participant.note(incoming({ ce_id: 'c1' }, 1_010));
  const sent = participant.stamp(reply('c1'));
  now = 1_090;
  expect(new Deliveries(() => now).read(incoming(sent.headers, 1_070))).toEqual({
    commandPublishedAt: 1_010,
    commandReceivedAt: 1_030,
    replyPublishedAt: 1_070,
    replyReceivedAt: 1_090,
  });
});

test('what answers no command that was noted goes as it is', () => {
  const participant = new Deliveries(() => now);
  for (const message of [reply(), reply('unknown')]) expect(participant.stamp(message)).toBe(message);
});

test.each([{}, { [DELIVERY_HEADER]: '' }, { [DELIVERY_HEADER]: '1,2,3' }, { [DELIVERY_HEADER]: '1,9e99' }])(
  'of a reply that says nothing readable, as in %j, there is no way to tell',
  (headers) => {
    expect(new Deliveries(() => now).read(incoming(headers, 1))).toBeNull();
  },
);

test('commands that are never answered do not fill the memory', () => {
  const participant = new Deliveries(() => now);
  for (let id = 0; id <= 20_000; id++) participant.note(incoming({ ce_id: `c${id}` }, 1));
  expect(participant.stamp(reply('c0')).headers).not.toHaveProperty(DELIVERY_HEADER);
  expect(participant.stamp(reply('c1')).headers).toHaveProperty(DELIVERY_HEADER);
});

test('the lag is the longest way of the last seconds, and forgotten after them', () => {
  now = 100_000;
  const deliveries = new Deliveries(() => now);
  deliveries.note(incoming({}, now - 700));
  deliveries.note(incoming({}, now - 20));
  expect(deliveries.lagMs).toBe(700);
  now += 5_000;
  deliveries.note(incoming({}, now - 20));
  expect(deliveries.lagMs).toBe(700);
  now += 5_000;
  expect(deliveries.lagMs).toBe(20);
  now += 60_000;
  expect(deliveries.lagMs).toBe(0);
});
