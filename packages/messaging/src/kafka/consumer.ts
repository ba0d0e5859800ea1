import type { Admin } from 'kafkajs';
import type { Consumer, ConsumerState, IncomingMessage, Subscription } from '../broker.ts';
import { OffsetTracker, type PartitionOffset } from '../offset-tracker.ts';
import { Patience } from '../patience.ts';
import type { ClientOptions } from './client.ts';
import { type Assignment, ConsumerSession, type ConsumerTuning } from './consumer-session.ts';
import { messageOf } from './errors.ts';
import type { GroupMembers } from './group-members.ts';
import type { LinkHealth } from './link-health.ts';
import { OffsetCommitter } from './offset-committer.ts';
import { ReadProgress } from './read-progress.ts';

export interface ConsumerOptions {
  readonly client: ClientOptions;
  readonly subscription: Subscription;
  readonly tuning: ConsumerTuning;
  readonly health: LinkHealth;
  readonly members: GroupMembers;
  readonly commitIntervalMs: number;
  /** Without an answered fetch for so long, the session is taken for dead; the next one is given longer. */
  readonly stalledAfterMs: number;
  readonly createTopics: () => Promise<void>;
  readonly withAdmin: (errand: (admin: Admin) => Promise<void>) => Promise<void>;
}

const REBUILD_MS = 250;
const LEAVE_BOUND_MS = 1_500;
/** As a multiple of the first stall that is taken for death. */
const LONGEST_STALL = 4;
/** A tick that comes so late shows that this process itself stood still. */
const ASLEEP_MS = 3_000;

/** Keeps one session with the group alive, replaces it when it ends, and commits what is done. */
export class KafkaConsumer implements Consumer {
  readonly #options: ConsumerOptions;
  readonly #tracker = new OffsetTracker();
  readonly #committer: OffsetCommitter;
  readonly #progress: ReadProgress;
  readonly #firstJoin = Promise.withResolvers<void>();
  readonly #patience: Patience;
  readonly #stopping = Promise.withResolvers<void>();
  #session: ConsumerSession | null = null;
  #memberId: string | null = null;
  #isJoined = false;
  #hasJoinedOnce = false;
  #isPaused = false;
  #life: Promise<void> | null = null;
  #stopped: Promise<void> | null = null;
  #lastFetchAt: number | null = null;
  #lastSignAt = 0;
  #lastTickAt = 0;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#committer = new OffsetCommitter(this.#tracker, options.client.log);
    this.#patience = new Patience(options.stalledAfterMs, LONGEST_STALL * options.stalledAfterMs);
    this.#progress = new ReadProgress(options.subscription.groupId, options.subscription.from);
  }

  start(): Promise<void> {
    if (this.#life === null && this.#stopped === null) {
      this.#options.health.connecting(this.#link);
      this.#life = this.#live();
    }
    return this.#firstJoin.promise;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  done(message: PartitionOffset & { readonly generation: number }): void {
    this.#tracker.done(message);
  }

  pause(): void {
    this.#isPaused = true;
    this.#session?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#lastSignAt = performance.now();
    this.#session?.resume();
  }

  state(): ConsumerState {
    return {
      phase: this.#phase(),
      caughtUp: this.#isJoined && this.#progress.caughtUp,
      lastFetchAt: this.#lastFetchAt,
      unfinished: this.#tracker.unfinished,
    };
  }

  get #link(): string {
    return `consumer ${this.#options.subscription.groupId}`;
  }

  #phase(): ConsumerState['phase'] {
    if (this.#stopped !== null) return 'stopped';
    if (!this.#isJoined) return this.#hasJoinedOnce ? 'reconnecting' : 'starting';
    return this.#isPaused ? 'paused' : 'consuming';
  }

  async #live(): Promise<void> {
    const timer = setInterval(() => this.#tick(), this.#options.commitIntervalMs);
    while (this.#stopped === null) {
      const reason = await this.#liveOneSession();
      if (this.#stopped !== null) break;
      this.#options.health.down(this.#link, messageOf(reason));
      await Promise.race([delay(REBUILD_MS), this.#stopping.promise]);
    }
    clearInterval(timer);
  }

  /** Answers why the session ended. */
  async #liveOneSession(): Promise<unknown> {
    const { client, subscription, tuning } = this.#options;
    let session: ConsumerSession | null = null;
    try {
      // Raced, because a broker that accepts connections and answers nothing must not hold up a stop.
      await Promise.race([this.#prepare(), this.#stopping.promise]);
      if (this.#stopped !== null) return null;
      this.#lastSignAt = performance.now();
      session = new ConsumerSession({
        client,
        subscription,
        tuning,
        onJoin: (assignment, memberId) => this.#joined(assignment, memberId),
        onFetchAnswered: () => {
          this.#lastFetchAt = this.#lastSignAt = performance.now();
          this.#patience.wasEnough();
        },
        onFetched: (messages) => this.#fetched(messages),
      });
      this.#session = session;
      if (this.#isPaused) session.pause();
      const opened = session.open().then(() => session?.ended);
      return await Promise.race([opened, session.ended, this.#stopping.promise]);
    } catch (error) {
      return error;
    } finally {
      if (session !== null) await this.#closeSession(session);
    }
  }

  async #prepare(): Promise<void> {
    const { client, subscription, members, createTopics } = this.#options;
    // At every session, because a broker that was wiped has lost them (rule O5).
    await createTopics();
    await members.evictAbandoned(subscription.groupId, client);
  }

  async #closeSession(session: ConsumerSession): Promise<void> {
    const { members, subscription } = this.#options;
    session.stopTaking();
    if (this.#isJoined) await this.#committer.commitFinally(session);
    await session.close(LEAVE_BOUND_MS);
    this.#session = null;
    this.#isJoined = false;
    this.#progress.leave();
    // Left or not, the next session asks for it to be gone; an unknown member costs one request.
    if (this.#memberId !== null) members.abandon(subscription.groupId, this.#memberId);
    this.#memberId = null;
  }

  #joined(assignment: Assignment, memberId: string): number {
    const { members, subscription, health, client } = this.#options;
    if (this.#memberId !== memberId) {
      if (this.#memberId !== null) members.left(subscription.groupId, this.#memberId);
      members.joined(subscription.groupId, memberId);
      this.#memberId = memberId;
    }
    const generation = this.#tracker.join();
    this.#progress.join(assignment);
    this.#loadProgress();
    this.#lastSignAt = performance.now();
    this.#isJoined = true;
    this.#hasJoinedOnce = true;
    health.up(this.#link);
    client.log.debug({ groupId: subscription.groupId, generation, assignment }, 'Joined the consumer group');
    this.#firstJoin.resolve();
    return generation;
  }

  #fetched(messages: readonly IncomingMessage[]): boolean {
    for (const { topic, partition, offset } of messages) {
      if (!this.#tracker.fetched(topic, partition, offset)) return false;
    }
    this.#progress.read(messages);
    return true;
  }

  #tick(): void {
    if (this.#session !== null) void this.#committer.commit(this.#session);
    if (this.#isJoined && this.#progress.isUnknown) this.#loadProgress();
    this.#watch();
  }

  /** kafkajs may stand still for good on a connection that answers nothing; nothing but the silence shows it. */
  #watch(): void {
    const session = this.#session;
    const now = performance.now();
    // What was answered while this process stood still has not been read yet.
    const hasSlept = now - this.#lastTickAt > ASLEEP_MS;
    this.#lastTickAt = now;
    if (session === null || this.#isPaused || session.isWaitingForRoom || hasSlept) {
      this.#lastSignAt = now;
      return;
    }
    const silentMs = now - this.#lastSignAt;
    const joiningMs = this.#isJoined ? 0 : this.#options.tuning.rebalanceTimeoutMs;
    if (silentMs <= this.#patience.limitMs + joiningMs) return;
    this.#patience.ranOut();
    session.fail(new Error(`no answer to a fetch for ${Math.round(silentMs)} ms`));
  }

  #loadProgress(): void {
    this.#progress.load(this.#options.withAdmin).catch((error: unknown) => {
      this.#options.client.log.debug(
        { reason: messageOf(error) },
        'The end offsets could not be read; next try soon',
      );
    });
  }

  async #stop(): Promise<void> {
    this.#stopping.resolve();
    // Not awaited before the assignment of #stopped: #live reads it.
    await this.#life;
    const { members, subscription, client, health } = this.#options;
    health.closed(this.#link);
    this.#firstJoin.resolve();
    await Promise.race([
      members.evictAbandoned(subscription.groupId, client).catch(() => {}),
      delay(LEAVE_BOUND_MS),
    ]);
  }
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
