import type { Consumer, ConsumerState, IncomingMessage, Subscription } from '@order-saga/messaging';
import { OffsetTracker } from '@order-saga/messaging';
import type { Life } from '../world/life.ts';
import type { Assigned, Group } from './group.ts';
import { bytesOf, type SimBroker } from './sim-broker.ts';

/** A member that has not been heard of for so long is put out of its group. */
const SESSION_MS = 6_000;
const REJOIN_MS = 300;
const COMMIT_EVERY_MS = 1_000;

interface Cursor extends Assigned {
  next: number;
}

/** One process's place in a group: fetches, hands over, and commits what is done now and then, as over Kafka. */
export class SimConsumer implements Consumer {
  readonly #broker: SimBroker;
  readonly #life: Life;
  readonly #subscription: Subscription;
  readonly #group: Group;
  readonly #tracker = new OffsetTracker();
  readonly #firstJoin = Promise.withResolvers<void>();
  #cursors: Cursor[] = [];
  #phase: 'idle' | 'starting' | 'joined' | 'stopped' = 'idle';
  #groupGeneration = -1;
  #isPaused = false;
  #isHandingOver = false;
  #isFetchPlanned = false;
  #isCommitPlanned = false;

  constructor(broker: SimBroker, life: Life, subscription: Subscription) {
    this.#broker = broker;
    this.#life = life;
    this.#subscription = subscription;
    this.#group = broker.groupOf(subscription.groupId, subscription.topics);
    life.onDeath(() => this.#expire());
    life.onStop(() => this.#expire());
    life.onContinue(() => this.#rejoin());
  }

  get instance(): string {
    return this.#life.instance;
  }

  start(): Promise<void> {
    this.#phase = 'starting';
    this.#join();
    return this.#firstJoin.promise;
  }

  async stop(): Promise<void> {
    this.#phase = 'stopped';
    this.#commit();
    this.#group.evict(this);
  }

  done(message: Pick<IncomingMessage, 'topic' | 'partition' | 'offset' | 'generation'>): void {
    if (this.#phase === 'stopped' || !this.#tracker.done(message) || this.#isCommitPlanned) return;
    this.#isCommitPlanned = true;
    this.#broker.world.scheduler.after(COMMIT_EVERY_MS, this.#life, () => {
      this.#isCommitPlanned = false;
      this.#commit();
    });
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.wake();
  }

  state(): ConsumerState {
    return {
      phase: this.#publicPhase(),
      caughtUp: this.#phase === 'joined' && this.#cursors.every((cursor) => cursor.next >= cursor.end),
      lastFetchAt: this.#broker.world.scheduler.now,
      unfinished: this.#tracker.unfinished,
    };
  }

  /** Told by the group; heard when the process is awake. */
  assign(partitions: readonly Assigned[], generation: number): void {
    this.#life.deliver(() => {
      if (this.#phase === 'stopped' || generation !== this.#group.generation || !this.#group.has(this))
        return;
      this.#groupGeneration = generation;
      this.#tracker.join();
      this.#cursors = partitions.map((partition) => ({ ...partition, next: partition.position }));
      this.#phase = 'joined';
      this.#firstJoin.resolve();
      this.wake();
    });
  }

  /** There may be something to fetch. */
  wake(): void {
    if (this.#isFetchPlanned || !this.#mayFetch()) return;
    this.#isFetchPlanned = true;
    const { world } = this.#broker;
    world.scheduler.after(world.latency(), this.#life, () => {
      this.#isFetchPlanned = false;
      this.#fetch();
    });
  }

  /** It has fetched everything, and what it fetched is done. */
  isAtTheEnd(): boolean {
    if (this.#tracker.unfinished > 0) return false;
    return this.#cursors.every(
      (cursor) => cursor.next >= (this.#broker.logsOf(cursor.topic)[cursor.partition]?.length ?? 0),
    );
  }

  #mayFetch(): boolean {
    return this.#phase === 'joined' && !this.#isPaused && !this.#isHandingOver && !this.#broker.isAway;
  }

  #fetch(): void {
    if (!this.#mayFetch()) return;
    const messages = this.#read();
    if (messages.length === 0) return;
    this.#broker.world.step(this.#life, 'fetches', messages.length);
    if (this.#life.isDead) return;
    this.#isHandingOver = true;
    const goOn = () => {
      this.#isHandingOver = false;
      this.wake();
    };
    this.#subscription.onMessages(messages).then(goOn, goOn);
  }

  #read(): IncomingMessage[] {
    const fetched: IncomingMessage[] = [];
    const { generation } = this.#tracker;
    for (const cursor of this.#cursors) {
      const { topic, partition } = cursor;
      const log = this.#broker.logsOf(topic)[partition] ?? [];
      for (; cursor.next < log.length; cursor.next += 1) {
        const message = log[cursor.next];
        const offset = BigInt(cursor.next);
        if (message === undefined) continue;
        this.#tracker.fetched(topic, partition, offset);
        fetched.push({ topic, partition, offset, generation, ...bytesOf(message) });
      }
    }
    return fetched;
  }

  #commit(): void {
    if (this.#broker.isAway) return;
    const offsets = this.#tracker.committable();
    if (offsets.length === 0) return;
    this.#tracker.committed(offsets, this.#tracker.generation);
    this.#group.commit(
      offsets.map(({ topic, partition, offset }) => [topic, partition, Number(offset)] as const),
      this.#groupGeneration,
    );
  }

  #join(): void {
    const { world } = this.#broker;
    world.scheduler.after(world.latency() * 5, this.#life, () => {
      if (this.#phase === 'stopped') return;
      if (this.#broker.isAway) this.#join();
      else this.#group.join(this);
    });
  }

  /** Dead or stopped: nothing is heard of it any more. */
  #expire(): void {
    if (this.#phase !== 'joined') return;
    this.#broker.world.scheduler.after(SESSION_MS, null, () => {
      if (this.#life.isDead || this.#life.isStopped) this.#group.evict(this);
    });
  }

  /** Its next heartbeat is answered with: you are no member. Until then it works on what it had fetched. */
  #rejoin(): void {
    if (this.#phase !== 'joined') return;
    this.#broker.world.scheduler.after(REJOIN_MS, this.#life, () => {
      if (this.#phase === 'joined' && !this.#group.has(this)) this.#join();
    });
  }

  #publicPhase(): ConsumerState['phase'] {
    if (this.#phase === 'stopped') return 'stopped';
    if (this.#phase !== 'joined') return 'starting';
    if (this.#broker.isAway) return 'reconnecting';
    return this.#isPaused ? 'paused' : 'consuming';
  }
}
