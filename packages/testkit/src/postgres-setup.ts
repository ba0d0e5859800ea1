import { rm } from 'node:fs/promises';
import { startPostgres } from '@order-saga/local-infra';
import type { TestProject } from 'vitest/node';
import type {} from './provided.ts';
import { runFolder, sweepDeadRuns } from './temp-folders.ts';

/** One PostgreSQL for a whole vitest run: name this file under `globalSetup`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweepDeadRuns();
  const folder = await runFolder();
  // Tests here kill processes, not machines: without fsync a committed row still survives every kill -9.
  const server = await startPostgres({ dataDir: folder, fsync: false });
  project.provide('postgresAdminUrl', server.adminUrl);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
