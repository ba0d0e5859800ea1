/** Calls at a steady rate, whatever becomes of the calls before. */
export interface OpenLoop {
  /** No further call is made. */
  stop(): void;
}

const LOOK_EVERY_MS = 5;

/**
 * An open loop: work comes at its own rate and does not wait for the system. Each call is handed the moment it was due;
 * a timer that fires late makes up for what it missed, and latency is counted from when a call was due, so that a pause
 * of this process counts against the system's answer and never for it.
 */
export function openLoop(perSecond: number, call: (dueAt: number) => void): OpenLoop {
  const everyMs = 1_000 / perSecond;
  const begunAt = performance.now();
  let made = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    for (let dueAt = begunAt + made * everyMs; dueAt <= now; dueAt = begunAt + made * everyMs) {
      made += 1;
      call(dueAt);
    }
  }, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
