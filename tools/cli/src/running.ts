import { dataDirOf } from './config.ts';
import { CliError } from './system/cli-error.ts';
import { liveRunState, type RunState } from './system/run-file.ts';

/** For the commands that look into a running system. */
export async function runningSystem(dataDir: string | undefined): Promise<RunState> {
  const state = await liveRunState(dataDirOf(dataDir));
  if (state !== null) return state;
  throw new CliError('NOT_RUNNING', 'nothing runs: start the system with npm start');
}
