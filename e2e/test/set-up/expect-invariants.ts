import { checkInvariants, isAtRest, violationsText, waitForRest } from '@order-saga/cli';
import type { WholeSystem } from '../../src/index.ts';

/** Waits until nothing moves any more: no saga under way, no payment pending, no message unsent. */
export async function expectAtRest({ databases }: WholeSystem): Promise<void> {
  const left = await waitForRest(databases, 60_000);
  if (!isAtRest(left)) throw new Error(`a minute later there is still under way: ${JSON.stringify(left)}`);
}

/** That, and then the ten invariants over all databases, the provider's book and the replies on the wire. */
export async function expectInvariants(
  system: WholeSystem,
  acknowledged: readonly string[] = [],
): Promise<void> {
  await expectAtRest(system);
  const { databases, brokers } = system;
  const report = await checkInvariants({ databases, brokers, mode: 'at-rest', acknowledged });
  if (!report.holds) throw new Error(`invariants are violated:\n${violationsText(report)}`);
}
