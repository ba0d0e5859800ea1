import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  anchorOf,
  brokenMentions,
  brokenReferences,
  headingsOf,
  isMarkdown,
  missingProofs,
  proofsIn,
  ROOT,
  type Tree,
  trackedPaths,
  trackedTexts,
} from '../src/index.ts';

async function tree(): Promise<Tree> {
  const texts = new Map((await trackedTexts(isMarkdown)).map(({ path, text }) => [path, text]));
  return {
    paths: await trackedPaths(),
    anchorsOf: (path) => headingsOf(texts.get(path) ?? '').map(anchorOf),
  };
}

test('every link, and every path in a document, leads somewhere', async () => {
  const documents = await trackedTexts(isMarkdown);
  expect(documents.map(({ path }) => path)).toContain('README.md');
  expect(brokenReferences(documents, await tree())).toEqual([]);
});

test('every document that a comment or a configuration file names is there', async () => {
  const files = await trackedTexts(
    (path) => !isMarkdown(path) && path !== 'tools/checks/test/documents.test.ts',
  );
  expect(brokenMentions(files, await tree())).toEqual([]);
});

test('seed defect 80: every test that a document names as a proof is there under that name', async () => {
  const documents = await trackedTexts(isMarkdown);
  const proofs = documents.flatMap(proofsIn);
  expect(proofs.length).toBeGreaterThan(10);
  const sources = new Map<string, string>();
  for (const { file } of proofs) sources.set(file, await readFile(`${ROOT}/${file}`, 'utf8').catch(() => ''));
  expect(missingProofs(proofs, (file) => sources.get(file) ?? '')).toEqual([]);
});

describe('what is wrong is reported', () => {
  const small: Tree = {
    paths: ['README.md', 'docs/tour.md', 'services/order/src/a.ts'],
    anchorsOf: () => ['limits'],
  };
  const references = (text: string) => brokenReferences([{ path: 'docs/tour.md', text }], small);

  test.each([
    ['a link to a file that is gone', 'see [it](../services/order/src/b.ts)', /leads nowhere/],
    ['a link with a wrong way up', 'see [it](README.md)', /leads nowhere/],
    ['a heading that is gone', 'see [it](../README.md#limit)', /no heading #limit/],
    ['a path in code that is gone', 'see `services/order/src/b.ts`', /there is no `services/],
    ['a pattern that nothing matches', 'see `services/*/test/*.ts`', /there is no `services/],
  ])('%s', (_name, text, message) => {
    expect(references(text)).toEqual([expect.stringMatching(message)]);
  });

  test('a document that a comment names', () => {
    const files = [{ path: 'a.ts', text: '// see docs/tours.md' }];
    expect(brokenMentions(files, small)).toEqual(['a.ts:1 there is no docs/tours.md']);
  });

  test('a proof that is gone', () => {
    const text = 'proved by "it holds" in [the test](../services/order/test/a.test.ts)';
    const proofs = proofsIn({ path: 'docs/a.md', text });
    expect(proofs).toEqual([
      { document: 'docs/a.md', name: 'it holds', file: 'services/order/test/a.test.ts' },
    ]);
    expect(missingProofs(proofs, () => "test('it holds', () => {})")).toEqual([]);
    expect(missingProofs(proofs, () => "// it holds\ntest('it held', () => {})")).toHaveLength(1);
    expect(missingProofs(proofs, () => '')).toHaveLength(1);
  });
});

test('what is right is not reported', () => {
  const small: Tree = {
    paths: ['README.md', 'docs/tour.md', 'services/order/src/a.ts'],
    anchorsOf: () => ['limits'],
  };
  const text = [
    'see [a](../services/order/src/a.ts), [b](../README.md#limits), [c](https://example.com/gone), [d](..)',
    '`services/order`, `services/*/src`, `application/json`, `npm run x`',
    '```sh',
    'cat [x](nowhere) `services/none`',
    '```',
  ].join('\n');
  expect(brokenReferences([{ path: 'docs/tour.md', text }], small)).toEqual([]);
});

test('every decision has its four parts, and stands in the list of decisions', async () => {
  const decisions = await trackedTexts((path) => /^docs\/adr\/\d{4}-[\w-]+\.md$/.test(path));
  expect(decisions.length).toBeGreaterThan(8);
  const list = await readFile(`${ROOT}/docs/adr/README.md`, 'utf8');
  for (const { path, text } of decisions) {
    const title = /^# (\d{4}) (.+)$/m.exec(text);
    expect(list, path).toContain(`| [${title?.[1]}](${path.slice('docs/adr/'.length)}) | ${title?.[2]} |`);
    for (const part of ['Context', 'Options', 'Decision', 'Consequences'])
      expect(text, path).toContain(`**${part}.**`);
  }
});

describe('what the code names', () => {
  const namedIn = async (pattern: RegExp): Promise<string[]> => {
    const files = await trackedTexts((path) => path.endsWith('.ts') && !path.startsWith('tools/checks/'));
    const found = files.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, name = '']) => name));
    return [...new Set(found)].toSorted();
  };
  const firstColumn = (text: string): string[] =>
    [...text.matchAll(/^\| ([A-Z]?\d+) \|/gm)].map(([, name = '']) => name);

  test('every rule that a comment or a test names is explained in docs/rules.md', async () => {
    const rules = firstColumn(await readFile(`${ROOT}/docs/rules.md`, 'utf8'));
    const named = await namedIn(/\b(?:rules? |\()([PELOC]\d{1,2})\b/g);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((rule) => !rules.includes(rule))).toEqual([]);
  });
});
