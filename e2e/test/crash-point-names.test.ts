import { readFile } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { instrumented } from '../src/crash-points/instrument.ts';
import { filesOnThePath, ROOT, type SourceFile } from '../src/crash-points/path.ts';
import { pausesIn } from '../src/crash-points/pauses.ts';
import { CRASH_POINTS } from '../src/crash-points/points.ts';
import { nameAwaits } from '../src/crash-points/sites.ts';

const planted = (text: string): SourceFile => ({ path: 'packages/messaging/src/planted.ts', text });
const flawsOf = async (text: string) => nameAwaits([...(await filesOnThePath()), planted(text)]).flaws;

test('every await between fetch and offset commit is a crash point with a name', async () => {
  const { sites, flaws } = nameAwaits(await filesOnThePath());
  expect(flaws).toEqual([]);
  expect(sites.length).toBeGreaterThan(100);
});

test('an await without a name is reported with its file and line', async () => {
  expect(await flawsOf('export async function more(them: any) {\n  await them.more();\n}')).toEqual([
    'packages/messaging/src/planted.ts:2 awaits them.more(): no crash point has that name',
  ]);
});

test('a promise that is followed up by then is a point as well', async () => {
  expect(await flawsOf('const more = (them: any) => them.more().then(() => 1);')).toEqual([
    'packages/messaging/src/planted.ts:1 awaits them.more().then(() => 1): no crash point has that name',
  ]);
});

test('a loop that awaits, and a resource that is awaited at its end, cannot hide', async () => {
  const text = `async function hidden(them: any) {
    for await (const each of them) each();
    await using last = them;
  }`;
  expect(await flawsOf(text)).toEqual([
    expect.stringMatching(/planted\.ts:2 awaits for await .*: no crash point has that name/),
    expect.stringMatching(/planted\.ts:3 awaits await using last = them;: no crash point has that name/),
  ]);
});

test('a name that fits two files, and one that nothing awaits any more, are reported', async () => {
  expect(await flawsOf('async function again(session: any) { await session.load(1); }')).toEqual([
    'turn-load: packages/messaging/src/lanes/turn.ts and packages/messaging/src/planted.ts await the same: say which is meant',
  ]);
  const rest = (await filesOnThePath()).filter(({ path }) => !path.endsWith('/turn.ts'));
  expect(nameAwaits(rest).flaws).toContain('turn-load: nothing awaits session.load( any more');
});

test('what waits for a function of its own file has the instants of that function', () => {
  const text = `class Lane {
    async settle() { await this.#turn(); }
    async #turn() { await elsewhere(); }
  }`;
  expect(pausesIn(planted(text)).map(({ awaits }) => awaits)).toEqual(['elsewhere()']);
});

test('a point is passed when its work was begun, and when it was answered', async () => {
  const file = planted(
    'async function run() { const one = first().then((value) => value + 1); return (await begin(await one)).result; }',
  );
  const sites = pausesIn(file).map((pause) => ({ point: pause.awaits, pause }));
  const seen: string[] = [];
  const done = (what: string) => (point: string, value: unknown) => {
    seen.push(`${what} ${point}`);
    return value;
  };
  const followed = (point: string, work: Promise<unknown>) =>
    (done('sent')(point, work) as typeof work).then((value) => done('answered')(point, value));
  const answer = await runInNewContext(`${instrumented(file, sites)}; run()`, {
    __crashPoints: { fault: () => undefined, sent: done('sent'), answered: done('answered'), followed },
    first: () => Promise.resolve(1),
    begin: (value: number) => Promise.resolve({ result: value + 1 }),
  });
  expect(answer).toBe(3);
  expect(seen).toEqual([
    'sent first().then((value) => value + 1)',
    'sent one',
    'answered first().then((value) => value + 1)',
    'answered one',
    'sent begin(await one)',
    'answered begin(await one)',
  ]);
});

test('the documents name every crash point', async () => {
  const text = await readFile(`${ROOT}/docs/crash-points.md`, 'utf8');
  const named = [...text.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(CRASH_POINTS.keys()));
});
