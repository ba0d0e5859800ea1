import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningSystem, replicaName, SERVICES, startSystem, sweepDeadSystems } from '@order-saga/cli';
import { freePort } from '@order-saga/local-infra';
import { SmallDisk } from '../disk/small-disk.ts';
import { MOST_REPLICAS } from '../faults/replicas.ts';
import { Links } from '../network/links.ts';

const FOLDER = 'order-saga-chaos-';

/** A system of its own, with real processes, whose every connection goes through a proxy. */
export interface OwnSystem {
  readonly system: RunningSystem;
  readonly links: Links;
  readonly dataDir: string;
  readonly disk: SmallDisk | null;
  /** Drains it. Its data are removed unless somebody wants to look at them. */
  stop(options: { keepData: boolean }): Promise<void>;
}

export interface OwnSystemOptions {
  /** Whether PostgreSQL's data may lie on a file system that is mounted here. */
  readonly withDisk: boolean;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export async function startOwnSystem({ withDisk, say, signal }: OwnSystemOptions): Promise<OwnSystem> {
  await sweepDeadSystems(FOLDER);
  const dataDir = await mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`));
  const names = [...SERVICES.map(({ name }) => name), 'postgres', 'kafka'] as const;
  const ports = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await freePort()])),
  ) as Record<(typeof names)[number], number>;
  const disk = withDisk
    ? await SmallDisk.mount(join(dataDir, 'postgres.disk'), join(dataDir, 'postgres'))
    : null;
  const links = await Links.open({
    processes: SERVICES.flatMap(({ name }) =>
      Array.from({ length: MOST_REPLICAS }, (_, index) => replicaName(name, index)),
    ),
    postgresPort: ports.postgres,
  });
  const release = async (keepData: boolean) => {
    await links.close();
    if (keepData) return;
    await disk?.unmount();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const system = await startSystem({
      dataDir,
      ports,
      broker: 'kafka',
      kafkaListeners: links.kafkaListeners,
      adaptEnvironment: links.adapt,
      env: { LOG_LEVEL: 'warn' },
      say,
      signal,
    });
    return {
      system,
      links,
      dataDir,
      disk,
      async stop({ keepData }) {
        links.clear();
        await system.stop();
        await release(keepData);
      },
    };
  } catch (error) {
    await release(false);
    throw error;
  }
}
