import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { flawsOfDefectTable, ROOT } from '../src/index.ts';

const DEFECTS = 80;
const path = 'docs/seed-defects.md';

test('each of the 80 defects of the seed has a test that bears its number, or a reason why it cannot apply', async () => {
  const text = await readFile(`${ROOT}/${path}`, 'utf8');
  expect(flawsOfDefectTable({ path, text }, DEFECTS)).toEqual([]);
});

test('a defect that is missing, there twice, without a test, or with the test of another is reported', () => {
  const text = [
    '| N | what the seed does | proved by |',
    '|---|---|---|',
    '| 1 | loses | "seed defects 1 to 3: kept" in [a.test.ts](../a.test.ts) |',
    '| 2 | loses more | "seed defects 1 to 3: kept" in [a.test.ts](../a.test.ts); "kept, too" in [b.test.ts](../b.test.ts) |',
    '| 3 | doubles | |',
    '| 3 | doubles | Does not apply: there is one. |',
    '| 4 | hangs | "seed defects 5 and 7: ends" in [a.test.ts](../a.test.ts) |',
  ].join('\n');
  expect(flawsOfDefectTable({ path, text }, 5)).toEqual([
    'defect 5 is missing',
    'defect 3 is there twice',
    'defect 2 is not in the name "kept, too"',
    'defect 3 has neither a test nor a reason',
    'defect 4 is not in the name "seed defects 5 and 7: ends"',
  ]);
});
