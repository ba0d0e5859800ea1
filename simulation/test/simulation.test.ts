import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { MUTANTS } from '../src/mutants/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** In a process of its own: a world runs the promises of its process itself. */
async function simulate(...args: string[]): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(process.execPath, ['simulation/src/main.ts', ...args], { cwd: ROOT });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

describe('The simulation', () => {
  test('finds every invariant kept in 300 worlds', async () => {
    const { code, output } = await simulate('--seeds', '300', '--jobs', '2');
    expect(output).toContain('every invariant held in every world');
    expect(code).toBe(0);
  });

  test('replays a seed to the letter', async () => {
    const first = await simulate('--seed', '7', '--trace');
    const again = await simulate('--seed', '7', '--trace');
    expect(first.output.split('\n').length).toBeGreaterThan(200);
    expect(again.output).toBe(first.output);
  });
});

test('A failing seed is told by the smallest world that shows the same, with the command that replays it', async () => {
  const mutant = 'any reply counts';
  const hunt = await simulate('--mutant', mutant, '--seeds', '500');
  const [, seed = ''] = /fell.*seed (\d+)/.exec(hunt.output) ?? [];
  const told = await simulate('--mutant', mutant, '--seed', seed);
  expect(told.code).toBe(1);
  const [, needed, all] = /made as small as it goes: (\d+) of its (\d+) parts/.exec(told.output) ?? [];
  expect(Number(needed)).toBeLessThan(Number(all));
  const [violation] = told.output.match(/^seed \d+ violates .*/m) ?? [];
  expect(violation).toMatch(/invariant 5/);

  const [, command = ''] = /replay: npm run simulate -- (.*)/.exec(told.output) ?? [];
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  const replayed = await simulate(...words);
  expect(replayed.code).toBe(1);
  expect(replayed.output.trimEnd().split('\n').at(-1)).toBe(violation);
});

describe('What is broken on purpose', () => {
  test.each(MUTANTS.flatMap((mutant) => mutant.patches.map((patch) => ({ name: mutant.name, ...patch }))))(
    '$name: its text is there to be replaced, once, in $file',
    async ({ file, find }) => {
      const text = await readFile(`${ROOT}/${file}`, 'utf8');
      expect(text.split(find).length - 1).toBe(1);
    },
  );

  test.each(['published before the commit', 'any reply counts', 'release forgets a line'])(
    'is found out by the worlds: %s',
    async (name) => {
      const { code, output } = await simulate('--mutant', name, '--seeds', '1000');
      expect(output).toMatch(/fell.*invariant/);
      expect(code).toBe(0);
    },
  );
});
