import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 30 s. */
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  /** What is waited for, as in 'the order is approved'; it begins the failure message. */
  readonly describe?: string;
}

/**
 * Runs `check` until it neither throws nor answers false, and hands back what it answered. Waiting on state instead
 * of sleeping: as fast as the system, and a failure says what was still wrong at the end.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<T> {
  const { timeoutMs = 30_000, intervalMs = 20, describe = 'the expected state' } = options;
  const until = performance.now() + timeoutMs;
  for (let attempts = 1; ; attempts += 1) {
    let lastFault: unknown;
    try {
      const answer = await check();
      if (answer !== false) return answer;
      lastFault = new Error('the check answered false');
    } catch (error) {
      lastFault = error;
    }
    if (performance.now() >= until) {
      const reason = lastFault instanceof Error ? lastFault.message : String(lastFault);
      throw new Error(`${describe} did not come about in ${timeoutMs} ms (${attempts} looks): ${reason}`, {
        cause: lastFault,
      });
    }
    await delay(intervalMs);
  }
}
