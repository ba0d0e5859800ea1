import type { Clock } from './clock.ts';

export interface ReadinessCheck {
  readonly name: string;
  /** Whether the process cannot do its job without this part. Brokers and peers are not required. */
  readonly required: boolean;
  /** null when all is well, else why not, for an operator. A throw or no answer in time counts as a reason. */
  check(): string | null | Promise<string | null>;
}

export interface ReadinessPart {
  readonly name: string;
  readonly ok: boolean;
  readonly required: boolean;
  readonly reason: string | null;
}

export interface ReadinessReport {
  readonly status: 'ready' | 'degraded' | 'unready';
  readonly parts: readonly ReadinessPart[];
}

export interface Readiness {
  report(): Promise<ReadinessReport>;
}

/**
 * Asks all parts at once and answers everybody from that for `cacheMs` (default 1 s), so that however often it is
 * asked, a part is asked once a second. A part that has not answered after `timeoutMs` (default 2 s) is not ok.
 */
export function createReadiness(
  checks: readonly ReadinessCheck[],
  options: { clock: Pick<Clock, 'monotonic'>; cacheMs?: number; timeoutMs?: number },
): Readiness {
  const { clock, cacheMs = 1_000, timeoutMs = 2_000 } = options;
  let current: Promise<ReadinessReport> | undefined;
  let freshUntil = 0;

  const ask = async (): Promise<ReadinessReport> => {
    const parts = await Promise.all(checks.map((check) => partOf(check, timeoutMs)));
    freshUntil = clock.monotonic() + cacheMs;
    return { status: statusOf(parts), parts };
  };

  return {
    report() {
      if (current === undefined || clock.monotonic() >= freshUntil) {
        freshUntil = Number.POSITIVE_INFINITY;
        current = ask();
      }
      return current;
    },
  };
}

async function partOf(check: ReadinessCheck, timeoutMs: number): Promise<ReadinessPart> {
  const { name, required } = check;
  const reason = await Promise.race([answerOf(check), afterTimeout(timeoutMs)]);
  return { name, ok: reason === null, required, reason };
}

async function answerOf(check: ReadinessCheck): Promise<string | null> {
  try {
    return await check.check();
  } catch (error) {
    return error instanceof Error && error.message !== '' ? error.message : String(error);
  }
}

const afterTimeout = (timeoutMs: number): Promise<string> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(`no answer after ${timeoutMs} ms`), timeoutMs).unref();
  });

function statusOf(parts: readonly ReadinessPart[]): ReadinessReport['status'] {
  if (parts.some(({ ok, required }) => !ok && required)) return 'unready';
  return parts.every(({ ok }) => ok) ? 'ready' : 'degraded';
}
