import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from './fault.ts';
import { killKafka } from './processes.ts';

const wipe: Fault = {
  name: 'Kafka data wiped',
  target: 'kafka',
  async inject({ system, dataDir, newId }) {
    const log = join(dataDir, 'kafka', 'log');
    const gone = `${log}.${newId()}`;
    // Renamed first: the launcher, which starts it again, finds either all of it or nothing.
    await rename(log, gone);
    system.kill('kafka', 'SIGKILL');
    await rm(gone, { recursive: true, force: true });
    return 'every topic, offset and message';
  },
};

export const BROKER_FAULTS: readonly Fault[] = [killKafka, wipe];
