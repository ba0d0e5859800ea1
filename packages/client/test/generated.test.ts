import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generateOperations } from '../codegen.ts';

test('src/generated is what schema and documents generate; otherwise run `npm run codegen -w packages/client`', async () => {
  const { file, content } = await generateOperations();
  expect(await readFile(file, 'utf8')).toBe(content);
});
