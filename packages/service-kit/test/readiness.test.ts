import { describe, expect, test } from 'vitest';
import { brokerCheck } from '../src/part-checks.ts';
import { createReadiness, type ReadinessCheck } from '../src/readiness.ts';

const part = (name: string, required: boolean, reason: string | null): ReadinessCheck => ({
  name,
  required,
  check: () => reason,
});
const clock = { monotonic: () => 0 };
const statusOf = async (...checks: ReadinessCheck[]) =>
  (await createReadiness(checks, { clock }).report()).status;

describe('readiness', () => {
  test('is ready when every part is', async () => {
    expect(await statusOf(part('database', true, null), part('broker', false, null))).toBe('ready');
  });

  test('is degraded, not unready, while only the broker is away', async () => {
    const broker = brokerCheck({ health: () => ({ connected: false, reason: 'connection refused' }) });
    const readiness = createReadiness([part('database', true, null), broker], { clock });
    expect(await readiness.report()).toEqual({
      status: 'degraded',
      parts: [
        { name: 'database', ok: true, required: true, reason: null },
        { name: 'broker', ok: false, required: false, reason: 'connection refused' },
      ],
    });
  });

  test('is unready when a required part is not ok, throws, or does not answer', async () => {
    const throwing: ReadinessCheck = {
      name: 'database',
      required: true,
      check: () => Promise.reject(new Error('connection refused')),
    };
    const silent: ReadinessCheck = {
      name: 'database',
      required: true,
      check: () => new Promise(() => undefined),
    };
    expect(await statusOf(part('database', true, 'away'))).toBe('unready');
    expect(await statusOf(throwing)).toBe('unready');
    const report = await createReadiness([silent], { clock, timeoutMs: 5 }).report();
    expect(report.parts[0]?.reason).toBe('no answer after 5 ms');
  });

  test('asks a part once a second, however often it is asked itself', async () => {
    let now = 0;
    let asked = 0;
    const counted: ReadinessCheck = {
      name: 'database',
      required: true,
      check: async () => {
        asked += 1;
        return null;
      },
    };
    const readiness = createReadiness([counted], { clock: { monotonic: () => now } });
    await Promise.all(Array.from({ length: 100 }, () => readiness.report()));
    now = 999;
    await readiness.report();
    expect(asked).toBe(1);
    now = 1_000;
    await readiness.report();
    expect(asked).toBe(2);
  });
});
