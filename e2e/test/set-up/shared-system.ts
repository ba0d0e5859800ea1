import { sweepDeadSystems } from '@order-saga/cli';
import { kafkaUnavailableReason } from '@order-saga/local-infra';
import type {} from '@order-saga/testkit';
import type { TestProject } from 'vitest/node';
import { FOLDER, startWholeSystem, type WholeSystem } from '../../src/index.ts';

/**
 * One system for all stories that are content with the defaults. Credit cards are never declined in it: stories that
 * need a refusal ask for one by payment method.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweepDeadSystems(FOLDER);
  const reason = await kafkaUnavailableReason();
  if (reason !== null) {
    project.provide('kafka', { available: false, reason });
    return async () => undefined;
  }
  const {
    stop,
    restart: _,
    ...system
  } = await startWholeSystem({
    broker: 'kafka',
    env: { PAYMENT_DECLINE_SHARE: '0', PROVIDER_LATE_MS: '1500' },
  });
  project.provide('kafka', { available: true, brokers: system.brokers });
  project.provide('sharedSystem', system);
  return stop;
}

declare module 'vitest' {
  interface ProvidedContext {
    sharedSystem: WholeSystem;
  }
}
