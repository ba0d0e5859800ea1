import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AddressFiles } from '../src/system/address-files.ts';

test('replicas that come up at once are all written down: the last list stands', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'order-saga-addresses-'));
  const files = new AddressFiles(folder);
  const lists = Array.from({ length: 20 }, (_, count) =>
    Array.from({ length: count + 1 }, (_, replica) => `http://127.0.0.1:${5000 + replica}`),
  );
  await Promise.all(lists.map((urls) => files.write('payment', urls)));
  const text = await readFile(join(folder, 'addresses', 'payment'), 'utf8');
  expect(text.trim().split('\n')).toEqual(lists.at(-1));
});
