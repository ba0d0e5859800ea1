import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../src/repository.ts';

test('tests run on the pinned Node, also under a plain `npx turbo run test`', async () => {
  const { optionalDependencies } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8'));
  const pinned = Object.entries(optionalDependencies).filter(([name]) => name.startsWith('node-'));
  const versions = new Set(pinned.map(([, version]) => version));
  expect([...versions]).toEqual([process.versions.node]);
});
