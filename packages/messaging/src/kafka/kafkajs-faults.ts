import { RequestQueue, type RequestQueueInternals } from './kafkajs-internals.ts';

/** kafkajs' own CHECK_PENDING_REQUESTS_INTERVAL. */
const CHECK_PENDING_MS = 10;

/**
 * kafkajs 2.2.4 re-arms this timer after every response although nothing is pending, with the delay
 * `throttledUntil - now`, which is below zero: a 1 ms loop on every connection for as long as it is open, and a
 * TimeoutNegativeWarning on Node 24 and later. The timer is needed only while requests wait for a throttle or a free
 * place, so it is armed only then.
 */
function scheduleCheckPendingRequests(this: RequestQueueInternals): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const throttledForMs = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttledForMs > 0 ? throttledForMs : CHECK_PENDING_MS,
  );
}

/** Patches the fault where it is found; a kafkajs in which the method reads otherwise is left alone. */
export function patchIdleTimerLoop(): void {
  const faulty = RequestQueue.prototype.scheduleCheckPendingRequests;
  if (!/let scheduleAt = this\.throttledUntil - Date\.now\(\)/.test(String(faulty))) return;
  RequestQueue.prototype.scheduleCheckPendingRequests = scheduleCheckPendingRequests;
}
