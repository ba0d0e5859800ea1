import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { glob, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quietTurbo } from './config.ts';
import { REPOSITORY } from './repository.ts';
import { closingLines, type RunSummary, type VitestReport } from './test-summary.ts';

const TASKS = ['lint', 'typecheck', 'test'];

/** `npm test`: Turbo does the work and keeps the cache; this adds up what vitest reported in each workspace. */
export async function run(args: readonly string[]): Promise<number> {
  const startedAt = performance.timeOrigin + performance.now();
  await forgetReports();
  const exitCode = await turbo(args);
  const summary = await newestRunSummary(startedAt);
  if (summary === null) {
    console.error('turbo ran no task: see the lines above');
    return exitCode || 1;
  }
  const { lines, failed } = closingLines(summary, await readReports(summary));
  for (const line of lines) console.log(line);
  return failed > 0 ? 1 : exitCode;
}

async function turbo(args: readonly string[]): Promise<number> {
  const flags = [
    '--output-logs=errors-only',
    '--log-order=grouped',
    '--continue',
    '--concurrency=2',
    '--summarize',
  ];
  const child = spawn('turbo', ['run', ...TASKS, ...flags, '--cache=local:rw', ...args], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: quietTurbo(),
  });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

/** A report of an earlier run must not be counted when this run's vitest never got to write one. */
async function forgetReports(): Promise<void> {
  const { workspaces } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')) as {
    workspaces: string[];
  };
  for await (const manifest of glob(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: REPOSITORY },
  )) {
    await rm(join(REPOSITORY, dirname(manifest), 'reports/test.json'), { force: true });
  }
}

async function newestRunSummary(sinceMs: number): Promise<RunSummary | null> {
  const folder = join(REPOSITORY, '.turbo', 'runs');
  const names = await readdir(folder).catch((): string[] => []);
  const files = await Promise.all(
    names.map(async (name) => ({ file: join(folder, name), at: (await stat(join(folder, name))).mtimeMs })),
  );
  const newest = files.filter(({ at }) => at >= sinceMs).sort((a, b) => b.at - a.at)[0];
  return newest === undefined ? null : JSON.parse(await readFile(newest.file, 'utf8'));
}

async function readReports(summary: RunSummary): Promise<ReadonlyMap<string, VitestReport>> {
  const reports = new Map<string, VitestReport>();
  for (const task of summary.tasks.filter(({ task }) => task === 'test')) {
    const text = await readFile(join(REPOSITORY, task.directory, 'reports/test.json'), 'utf8').catch(
      () => null,
    );
    if (text !== null) reports.set(task.package, JSON.parse(text));
  }
  return reports;
}
