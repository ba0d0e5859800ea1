import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setAvailable } from '../operator.ts';
import { CUP } from '../products.ts';
import { type OwnSystem, startWholeSystem } from '../system.ts';
import { instrumented } from './instrument.ts';
import { type DeathOrder, deathFile, orderFile, takenFile, textsFile } from './order.ts';
import { filesOnThePath, ROOT } from './path.ts';
import { nameAwaits } from './sites.ts';

/** The services that take messages from Kafka and commit. */
export const CRASHING = ['order', 'payment', 'inventory'] as const;
export type Crashing = (typeof CRASHING)[number];

/** A system whose services can be told where to die. */
export interface Stage {
  readonly system: OwnSystem;
  order(service: Crashing, death: DeathOrder): Promise<void>;
  /** The process knows of it. */
  hasTaken(service: Crashing): Promise<boolean>;
  /** Also forgets how it last died. */
  countermand(service: Crashing): Promise<void>;
  hasDied(service: Crashing): Promise<boolean>;
  close(): Promise<void>;
}

/** All processes of a crash test sign with it. */
export const SIGNING_KEY = { id: 'crash-test', secret: 'known-to-every-process-of-a-crash-test' };

/**
 * Timeouts are short, so that commands are sent again while their first copy is still on its way, orders wait in line,
 * and what a dead process held is free again soon.
 */
const HASTE = {
  PAYMENT_DECLINE_SHARE: '0',
  PROVIDER_LATE_MS: '500',
  ATTEMPT_TIMEOUT_MS: '150',
  MAX_SAGAS_IN_FLIGHT: '8',
  PROVIDER_CALL_TIMEOUT_MS: '1000',
  LEASE_MS: '1500',
  LEASE_SWEEP_MS: '500',
  MESSAGE_SIGNING_KEYS: `${SIGNING_KEY.id}:${SIGNING_KEY.secret}`,
};

export async function openStage(env: NodeJS.ProcessEnv = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'order-saga-crash-points-'));
  const files = await filesOnThePath();
  const { sites } = nameAwaits(files);
  const texts = files.map((file) => [join(ROOT, file.path), instrumented(file, sites)]);
  await writeFile(textsFile(folder), JSON.stringify(Object.fromEntries(texts)));
  const hook = pathToFileURL(join(import.meta.dirname, 'hook.ts'));
  const system = await startWholeSystem({
    broker: 'kafka',
    env: { ...HASTE, ...env, CRASH_POINTS_DIR: folder, NODE_OPTIONS: `--import=${hook}` },
  });
  await setAvailable(system, CUP, 1_000_000);
  return {
    system,
    order: (service, death) => writeFile(orderFile(folder, service), JSON.stringify(death)),
    async countermand(service) {
      for (const file of [orderFile, takenFile, deathFile]) await rm(file(folder, service), { force: true });
    },
    hasTaken: (service) => exists(takenFile(folder, service)),
    hasDied: (service) => exists(deathFile(folder, service)),
    async close() {
      await system.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
