import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataDirOf } from './config.ts';
import { CliError } from './system/cli-error.ts';
import { killLeftovers } from './system/leftovers.ts';
import { liveRunState } from './system/run-file.ts';

/** `npm run reset -- --yes`: wipes databases, broker, logs and secrets. Refuses while the system runs. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { yes: { type: 'boolean', default: false }, 'data-dir': { type: 'string' } },
  });
  const dataDir = dataDirOf(values['data-dir']);
  if (!(await stat(dataDir).catch(() => null))) {
    console.log(`${dataDir} does not exist: there is nothing to wipe`);
    return 0;
  }
  const running = await liveRunState(dataDir);
  if (running !== null) {
    throw new CliError(
      'ALREADY_RUNNING',
      `the system runs (process ${running.launcherPid}): stop it with Ctrl-C first`,
    );
  }
  if (!values.yes) {
    throw new CliError(
      'USAGE',
      `this deletes everything in ${dataDir}, orders included: npm run reset -- --yes`,
    );
  }
  await killLeftovers(dataDir);
  for (const part of [
    'postgres',
    'kafka',
    'logs',
    'state',
    'run.json',
    'admin-token',
    'development-key.json',
  ]) {
    await rm(join(dataDir, part), { recursive: true, force: true });
  }
  console.log(`wiped ${dataDir}`);
  return 0;
}
