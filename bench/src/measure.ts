import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem } from '@order-saga/cli';
import type { InventoryRouter } from '@order-saga/contracts';
import { createServiceClient } from '@order-saga/service-kit';
import type { Candidate } from './candidates.ts';
import { closedLoop, type LoopResult } from './closed-loop.ts';
import { freePorts } from './ports.ts';

export interface MeasureOptions {
  readonly clients: readonly number[];
  readonly warmUpMs: number;
  readonly measureMs: number;
}

const PLENTY = 100_000_000;
const DEMO_PRODUCTS = ['1', '2', '3'].map((digit) =>
  '00000000-0000-0000-0000-000000000000'.replaceAll('0', digit),
);

/** Starts the whole system with real Kafka and durable commits in a folder of its own, and measures it. */
export async function measure(candidate: Candidate, options: MeasureOptions): Promise<readonly LoopResult[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'order-saga-bench-'));
  const system = await startSystem({
    dataDir,
    broker: 'kafka',
    ports: await freePorts(),
    env: { ...candidate.env, LOG_LEVEL: 'warn' },
  });
  try {
    const inventory = createServiceClient<InventoryRouter>({
      url: system.urls.inventory,
      token: system.adminToken,
    });
    for (const productId of DEMO_PRODUCTS) {
      await inventory.inventory.restock.mutate({ key: `bench-${productId}`, productId, delta: PLENTY });
    }
    const results: LoopResult[] = [];
    for (const clients of options.clients) {
      results.push(
        await closedLoop({
          orderUrl: system.urls.order,
          brokers: system.brokers,
          clients,
          warmUpMs: options.warmUpMs,
          measureMs: options.measureMs,
        }),
      );
    }
    return results;
  } finally {
    await system.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
