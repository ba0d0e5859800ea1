import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT, readEnvironmentFile } from '../src/index.ts';

/** The variables of `.env`, as deploy/make-env.sh makes them. */
export async function madeEnvironment(): Promise<Readonly<Record<string, string>>> {
  const folder = await mkdtemp(join(tmpdir(), 'order-saga-env-'));
  try {
    const file = join(folder, 'env');
    await promisify(execFile)('sh', ['deploy/make-env.sh', file], { cwd: ROOT });
    return readEnvironmentFile(await readFile(file, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
