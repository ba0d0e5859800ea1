import type { SagaFeed } from './feed.ts';
import type { SagaHistory } from './history.ts';

/** As many as one call of the order service takes. */
const ORDERS_PER_CALL = 100;

export interface RecheckOptions {
  readonly recheck: () => Promise<void>;
  readonly everyMs: number;
  /** In [0, 1). Gateways that started together must not ask together. */
  readonly random: () => number;
  readonly onFailed: (error: unknown) => void;
}

/**
 * Asks every few seconds whether open streams missed something, because an event may be lost or come before the group
 * was joined (rule C2).
 */
export function startRecheck(options: RecheckOptions): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const schedule = () => {
    if (isStopped) return;
    timer = setTimeout(
      () => void options.recheck().catch(options.onFailed).finally(schedule),
      options.everyMs * (0.8 + 0.4 * options.random()),
    );
  };
  schedule();

  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** One call per hundred orders, and only for those that stood still. */
export async function recheckSagas(feed: SagaFeed, history: Pick<SagaHistory, 'versions'>): Promise<void> {
  const quiet = [...feed.takeQuiet()];
  for (let start = 0; start < quiet.length; start += ORDERS_PER_CALL) {
    const slice = quiet.slice(start, start + ORDERS_PER_CALL);
    const versions = await history.versions(slice.map(([orderId]) => orderId));
    await Promise.all(
      slice.map(([, channel], index) =>
        (versions[index] ?? 0) > channel.version ? channel.refresh() : undefined,
      ),
    );
  }
}
