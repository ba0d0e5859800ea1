import { portIsTaken, stopProcess } from '@order-saga/local-infra';
import { CliError } from './cli-error.ts';
import { forgetRunState, liveRunState, readRunState, survivors } from './run-file.ts';
import type { ServiceName, ServiceSpec } from './services.ts';

const INFRASTRUCTURE = ['postgres', 'kafka'];

/** One system per data folder. What a killed launcher left is stopped; PostgreSQL and Kafka are taken over later. */
export async function claimDataFolder(dataDir: string): Promise<void> {
  const alive = await liveRunState(dataDir);
  if (alive !== null) {
    throw new CliError(
      'ALREADY_RUNNING',
      `the system of ${dataDir} is running already (process ${alive.launcherPid}): see npm run status, or stop it with Ctrl-C where it was started; a second one needs --data-dir and ports of its own`,
    );
  }
  const left = await readRunState(dataDir);
  if (left === null) return;
  const services = (await survivors(left)).filter(({ name }) => !INFRASTRUCTURE.includes(name));
  await Promise.all(services.map(({ pid }) => stopProcess(pid, 'SIGTERM', 15_000)));
  await forgetRunState(dataDir);
}

export async function refuseTakenPorts(
  services: readonly ServiceSpec[],
  ports: Readonly<Record<ServiceName, number>>,
): Promise<void> {
  for (const { name, portVariable } of services) {
    const port = ports[name];
    if (!(await portIsTaken(port))) continue;
    throw new CliError(
      'PORT_TAKEN',
      `port ${port} for ${name} is taken by another process: stop that process, or set ${portVariable} to a free port`,
    );
  }
}
