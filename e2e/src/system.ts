import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  liveRunState,
  type RunningProcess,
  SERVICES,
  type ServiceName,
  type SystemOptions,
  startSystem,
} from '@order-saga/cli';
import { freePort } from '@order-saga/local-infra';

/** What a story needs of a system, whoever started it. It can be handed from process to process as JSON. */
export interface WholeSystem {
  readonly dataDir: string;
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly adminToken: string;
  readonly databases: Readonly<Record<'orders' | 'payments' | 'inventory', string>>;
  /** Empty with the in-process broker. */
  readonly brokers: readonly string[];
}

export interface OwnSystem extends WholeSystem {
  /** Starts the process again, after it was drained if it was alive, and answers when it is ready. */
  restart(name: string): Promise<void>;
  /** Drains it and removes its data. */
  stop(): Promise<void>;
}

/** Of folders that a killed test run may have left. */
export const FOLDER = 'order-saga-e2e-';

/** Starts the whole system as `npm start` does, on free ports and in a folder of its own. */
export async function startWholeSystem(options: Omit<SystemOptions, 'dataDir'> = {}): Promise<OwnSystem> {
  const dataDir = await mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`));
  // Where root may not make user namespaces, as in a container, PostgreSQL runs as nobody, who must get to its folder.
  await chmod(dataDir, 0o711);
  const names = [...SERVICES.map(({ name }) => name), 'postgres', 'kafka'] as const;
  const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()])));
  // Processes are killed here, not machines: without fsync a committed row still survives every kill -9.
  const system = await startSystem({ fsync: false, ports, ...options, dataDir }).catch(async (error) => {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  });
  const { urls, adminToken, databases, brokers } = system;
  return {
    dataDir,
    urls,
    adminToken,
    databases,
    brokers,
    restart: (name) => system.restart(name),
    async stop() {
      await system.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** As `npm run status` sees them: a process that was started again has another id. */
export async function processOf(system: WholeSystem, name: string): Promise<RunningProcess> {
  const processes = (await liveRunState(system.dataDir))?.processes ?? [];
  const found = processes.find((each) => each.name === name);
  if (found === undefined) {
    throw new Error(`${name} does not run; there are ${processes.map((each) => each.name).join(', ')}`);
  }
  return found;
}
