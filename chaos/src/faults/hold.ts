import { setTimeout as delay } from 'node:timers/promises';

/** Lets the time pass, or the run be over; whichever comes first. */
export async function hold(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
