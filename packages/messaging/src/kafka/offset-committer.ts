import type { OffsetTracker } from '../offset-tracker.ts';
import type { BrokerLog } from './client.ts';
import type { ConsumerSession } from './consumer-session.ts';
import { messageOf } from './errors.ts';

const FINAL_BOUND_MS = 2_000;

/** Commits what is done, one request at a time, for whoever holds the timer. Never rejects. */
export class OffsetCommitter {
  readonly #tracker: OffsetTracker;
  readonly #log: BrokerLog;
  #committing: Promise<void> | null = null;

  constructor(tracker: OffsetTracker, log: BrokerLog) {
    this.#tracker = tracker;
    this.#log = log;
  }

  commit(session: ConsumerSession): Promise<void> {
    this.#committing ??= this.#commitDone(session).finally(() => {
      this.#committing = null;
    });
    return this.#committing;
  }

  /** Once more after the commit under way, so that all that is done by now is in it; or until the bound. */
  async commitFinally(session: ConsumerSession): Promise<void> {
    const bound = Promise.withResolvers<void>();
    const timer = setTimeout(bound.resolve, FINAL_BOUND_MS);
    const committed = (this.#committing ?? Promise.resolve()).then(() => this.commit(session));
    await Promise.race([committed, bound.promise]);
    clearTimeout(timer);
  }

  async #commitDone(session: ConsumerSession): Promise<void> {
    const offsets = this.#tracker.committable();
    if (offsets.length === 0) return;
    const { generation } = this.#tracker;
    try {
      await session.commit(offsets);
      this.#tracker.committed(offsets, generation);
    } catch (error) {
      // Nothing is lost: the next commit says the same, or the group was joined anew and the messages come again.
      this.#log.debug({ reason: messageOf(error) }, 'The offsets were not committed');
    }
  }
}
