import { afterAll, beforeAll } from 'vitest';
import type { Broker } from '../../src/broker.ts';
import { consumingContract } from './contract-consuming.ts';
import { publishingContract } from './contract-publishing.ts';
import type { BrokerHarness } from './harness.ts';

/** What every adapter of the broker port promises. */
export function brokerContract(open: () => Promise<BrokerHarness>): void {
  let harness: BrokerHarness;
  let broker: Broker;
  beforeAll(async () => {
    harness = await open();
    broker = harness.connect();
  });
  afterAll(() => harness.close());

  publishingContract(
    () => broker,
    () => harness.connect(),
  );
  consumingContract(
    () => broker,
    () => harness.connect(),
  );
}
