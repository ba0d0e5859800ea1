import { expect, test } from 'vitest';
import { tracesOfAMachine, trackedTexts } from '../src/index.ts';

/** This file plants what it looks for. */
const HERE = 'tools/checks/test/traces.test.ts';
test('no tracked file names a path of a machine or the host of a registry', async () => {
  const files = await trackedTexts((path) => path !== HERE);
  expect(files.length).toBeGreaterThan(100);
  expect(tracesOfAMachine(files)).toEqual([]);
});

test.each([
  ['a home folder', 'cd /home/ada/order-saga', /path of somebody/],
  ['a home folder in quotes', "const file = '/Users/ada/order-saga';", /path of somebody/],
  ['a Windows path', 'C:\\Users\\ada', /Windows path/],
  ['a registry', '"resolved": "https://registry.example.com/a.tgz"', /registry or mirror/],
  ['a mirror', 'FROM https://mirror.example.com/node', /registry or mirror/],
])('%s is reported', (_name, text, message) => {
  expect(tracesOfAMachine([{ path: 'a.md', text }])).toEqual([expect.stringMatching(message)]);
});

test.each([
  ['a path inside an image', '/opt/kafka/bin/kafka-topics.sh'],
  ['a path of this repository', 'services/order/src/home/a.ts'],
  ['loopback', 'http://127.0.0.1:4000'],
  ['a version', '"version": "10.4.0"'],
])('%s is not', (_name, text) => {
  expect(tracesOfAMachine([{ path: 'a.md', text }])).toEqual([]);
});
