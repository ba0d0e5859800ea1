import { checkInvariants, isAtRest, violationsText, waitForRest } from '@order-saga/cli';
import { afterAll, afterEach } from 'vitest';
import type { WholeSystem } from '../../src/index.ts';

/** Waits until nothing moves any more: no saga under way, no payment pending, no message unsent. */
export async function expectAtRest({ databases }: WholeSystem): Promise<void> {
  const left = await waitForRest(databases, 60_000);
  if (!isAtRest(left)) throw new Error(`a minute later there is still under way: ${JSON.stringify(left)}`);
}

/** That, and then the invariants over all databases and the provider's book; with brokers, the replies on the wire too. */
export async function expectInvariants(
  system: WholeSystem,
  more: { readonly acknowledged?: readonly string[]; readonly brokers?: readonly string[] } = {},
): Promise<void> {
  await expectAtRest(system);
  const report = await checkInvariants({ databases: system.databases, mode: 'at-rest', ...more });
  if (!report.holds) throw new Error(`invariants are violated:\n${violationsText(report)}`);
}

/** After each test of a suite the invariants must hold, and after the last one the wire must agree with the databases. */
export function keepInvariants(system: () => WholeSystem): void {
  afterEach(() => expectInvariants(system()));
  afterAll(() => expectInvariants(system(), { brokers: system().brokers }));
}
