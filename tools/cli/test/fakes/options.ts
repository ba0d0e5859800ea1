import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@order-saga/local-infra';
import type { SystemOptions } from '../../src/system/options.ts';
import { type ProcessSpec, SERVICES } from '../../src/system/services.ts';

export const FAKE_SERVICE = 'tools/cli/test/fakes/service.ts';

/** The launcher's own table, with a stand-in for every program, free ports and a folder of its own. */
export async function fakeOptions(more: Partial<SystemOptions> = {}): Promise<SystemOptions> {
  const processes: readonly ProcessSpec[] = SERVICES.map(({ name }) => ({
    name,
    script: FAKE_SERVICE,
    serves: [name],
  }));
  const services = SERVICES.map((service) => ({
    ...service,
    setup: service.database === undefined ? [] : ['tools/cli/test/fakes/migrate.ts'],
  }));
  const ports = Object.fromEntries(
    await Promise.all(
      [...SERVICES.map(({ name }) => name), 'postgres' as const].map(async (name) => [
        name,
        await freePort(),
      ]),
    ),
  );
  const dataDir = await mkdtemp(join(tmpdir(), 'order-saga-launcher-'));
  return {
    dataDir,
    broker: 'memory',
    fsync: false,
    processes,
    services,
    ports,
    ...more,
  };
}
