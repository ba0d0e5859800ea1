import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isDeclined } from '../src/provider/simulated-provider.ts';
import { anOrder, processPayment } from './participant.ts';
import { paymentSystem } from './system.ts';

describe('which credit card charges are declined', () => {
  const orders = Array.from({ length: 4_000 }, () => randomUUID());
  const declined = (seed: string, share: number) => orders.filter((order) => isDeclined(order, seed, share));

  test('none at share 0, all at share 1, and about a fifth at 0.2', () => {
    expect(declined('seed', 0)).toEqual([]);
    expect(declined('seed', 1)).toEqual(orders);
    expect(declined('seed', 0.2).length / orders.length).toBeCloseTo(0.2, 1);
  });

  test('seed defect 58: the same orders with the same seed, others with another; a larger share declines those of a smaller one too', () => {
    expect(declined('seed', 0.2)).toEqual(declined('seed', 0.2));
    expect(declined('seed', 0.2)).not.toEqual(declined('another', 0.2));
    const more = new Set(declined('seed', 0.5));
    expect(declined('seed', 0.2).every((order) => more.has(order))).toBe(true);
  });
});

describe('each payment method does as it says', () => {
  const system = paymentSystem();

  test.each([
    ['test_approve', 'Success', undefined, 'processed'],
    ['test_late', 'Success', undefined, 'processed'],
    ['test_decline', 'Failed', 'INSUFFICIENT_FUNDS', 'declined'],
    ['bank_transfer', 'Failed', 'UNSUPPORTED_METHOD', 'declined'],
  ])('%s: %s', async (method, status, declineCode, stored) => {
    const { orchestrator, sql } = system;
    await system.start();
    const order = anOrder(method);
    const action = processPayment(order);
    await orchestrator.send(action);
    const reply = await orchestrator.replyTo(action);
    expect(reply.status).toBe(status);
    if (declineCode) expect(reply.error).toContain(declineCode);
    expect(await sql.payment(order)).toMatchObject({ status: stored, decline_code: declineCode ?? null });
  });
});
