import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandOf, stopProcess } from '@order-saga/local-infra';
import { dataDirOf } from './config.ts';
import { CliError } from './system/cli-error.ts';
import { liveRunState, readRunState, survivors } from './system/run-file.ts';

/** `npm run reset -- --yes`: wipes databases, broker, logs and the admin token. Refuses while the system runs. */
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
  const left = await readRunState(dataDir);
  for (const { pid } of left === null ? [] : await survivors(left)) await stopProcess(pid, 'SIGKILL', 10_000);
  for (const pidFile of ['postgres/cluster/postmaster.pid', 'kafka/kafka.pid'])
    await stopServer(dataDir, pidFile);
  for (const part of ['postgres', 'kafka', 'logs', 'state', 'run.json', 'admin-token']) {
    await rm(join(dataDir, part), { recursive: true, force: true });
  }
  console.log(`wiped ${dataDir}`);
  return 0;
}

/** A server that a killed launcher left behind; the data folder in its command line says that it is ours. */
async function stopServer(dataDir: string, pidFile: string): Promise<void> {
  const pid = Number((await readFile(join(dataDir, pidFile), 'utf8').catch(() => '')).split('\n')[0]);
  if (pid > 0 && (await commandOf(pid))?.includes(dataDir)) await stopProcess(pid, 'SIGKILL', 10_000);
}
