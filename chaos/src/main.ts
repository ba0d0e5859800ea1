import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mountImpossibleReason, runInMountNamespace } from './disk/small-disk.ts';
import { DISK_FULL } from './faults/database.ts';
import { allFaults } from './faults/index.ts';
import { formatReport } from './report/format.ts';
import { buildReport, type NotInjected } from './report/report.ts';
import { startOwnSystem } from './run/own-system.ts';
import { runChaos } from './run/run-chaos.ts';

const HELP = `npm run chaos -- [options]
  --minutes N      of faults, after a time without (default 2)
  --seed S         the schedule of an earlier run (default: by chance)
  --rate N         orders offered per second (default 200)
  --only TEXT,…    only the faults whose names hold one of these texts
  --report FILE    writes the report as JSON
  --keep           keeps the data and logs; after a violation they are always kept`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string' },
    rate: { type: 'string', default: '200' },
    only: { type: 'string' },
    report: { type: 'string' },
    keep: { type: 'boolean', default: false },
    /** Given by this program to itself, where it may mount. */
    mounting: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string) => void process.stderr.write(`${line}\n`);

function number(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} is ${JSON.stringify(text)}: give a number above 0`);
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const faultsMs = number('minutes', values.minutes) * 60_000;
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : number('seed', values.seed);
  const wanted = values.only?.split(',') ?? [''];
  const chosen = allFaults().filter(({ name }) => wanted.some((text) => name.includes(text)));
  const noDisk = await mountImpossibleReason();
  if (noDisk === null && !values.mounting)
    return runInMountNamespace(fileURLToPath(import.meta.url), [
      ...process.argv.slice(2),
      '--mounting',
      '--seed',
      String(seed),
    ]);

  const notInjected: NotInjected[] =
    noDisk !== null && chosen.some(({ name }) => name === DISK_FULL)
      ? [{ name: DISK_FULL, because: noDisk }]
      : [];
  const faults = chosen.filter(({ name }) => notInjected.every((not) => not.name !== name));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const { signal } = interrupted;
  const own = await startOwnSystem({ withDisk: faults.some(({ name }) => name === DISK_FULL), say, signal });
  let isGood = false;
  try {
    const calmMs = Math.min(60_000, Math.max(10_000, faultsMs / 10));
    const evidence = await runChaos(own, {
      seed,
      perSecond: number('rate', values.rate),
      warmUpMs: 15_000,
      calmMs,
      faultsMs,
      faults,
      notInjected,
      longestPauseMs: 1_000,
      say,
      signal,
    });
    const report = buildReport(evidence);
    process.stdout.write(`${formatReport(report)}\n`);
    if (values.report !== undefined) await writeFile(values.report, `${JSON.stringify(report, null, 2)}\n`);
    isGood = report.violations.length === 0 && !signal.aborted;
  } finally {
    const keepData = values.keep || !isGood;
    await own.stop({ keepData });
    if (keepData) say(`its data and logs are kept in ${own.dataDir}`);
  }
  return isGood ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  },
);
