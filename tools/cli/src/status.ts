import { parseArgs } from 'node:util';
import { dataDirOf } from './config.ts';
import { withoutPassword } from './system/databases.ts';
import { liveRunState, type RunState, survivors } from './system/run-file.ts';
import { DATABASES } from './system/services.ts';
import { table } from './table.ts';

/** `npm run status [-- --json]`: what runs. Exit code 0 when every process is ready, else 1. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, 'data-dir': { type: 'string' } },
  });
  const state = await liveRunState(dataDirOf(values['data-dir']));
  if (state === null) {
    console.log(values.json ? JSON.stringify({ running: false }) : 'nothing runs; npm start starts it');
    return 1;
  }
  const report = await reportOn(state);
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else printed(report, state);
  return report.processes.every(({ ready }) => ready) ? 0 : 1;
}

type Report = Awaited<ReturnType<typeof reportOn>>;

async function reportOn(state: RunState) {
  const alive = new Set((await survivors(state)).map(({ pid }) => pid));
  const processes = await Promise.all(
    state.processes.map(async ({ name, pid, url, logFile }) => ({
      name,
      pid,
      url,
      logFile,
      ready: alive.has(pid) && (url === null || (await isReady(url))),
    })),
  );
  const { launcherPid, phase, startedAt, urls, databases, brokers, adminTokenFile } = state;
  return {
    running: true,
    launcherPid,
    phase,
    startedAt,
    urls,
    processes,
    databases,
    brokers,
    adminTokenFile,
  };
}

function printed(report: Report, state: RunState): void {
  const rows = report.processes.map(({ name, ready, pid, url, logFile }) => ({
    process: name,
    state: ready ? 'ready' : 'not ready',
    pid,
    url: url ?? '',
    log: logFile,
  }));
  console.log(table(rows));
  for (const name of DATABASES) console.log(`database ${name}: ${withoutPassword(state.databases[name])}`);
  console.log(`brokers: ${state.brokers.join(', ') || 'in-process'}`);
  console.log(`admin token: in ${state.adminTokenFile}`);
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(3_000) }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.status === 200;
}
