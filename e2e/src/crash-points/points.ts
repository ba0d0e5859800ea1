import type { Fault, Moment } from './order.ts';

/**
 * The names of the instants at which a process may die, from fetch to offset commit. Each names one await of the source
 * by the text that it begins with; a test holds the list against the source, and an await without a name fails it.
 */
export interface CrashPoint {
  /** How the awaited expression begins. */
  readonly awaits: string;
  /** Where the same is awaited in several files: the name of the one that is meant. */
  readonly file?: string;
  /** Of the services that run this code, those that pass there. Default: all. */
  readonly in?: readonly string[];
  /** Default: both. */
  readonly moments?: readonly Moment[];
  /** What makes a process pass it. Default: orders. */
  readonly reached?: Reached;
}

/**
 * `orders`: whenever orders are under way. `start`: when a process starts after one that was killed. `strays`: when it was
 * killed before it had published what it had committed. `drain`: when it is told to end. `poison`: when a message comes
 * that nobody can read; `forgery`: that nobody signed. With faults: when calls at other
 * points fail, as PostgreSQL or Kafka would make them fail. `never`: not in a test, with the reason.
 */
export type Occasion = 'orders' | 'start' | 'strays' | 'drain' | 'poison' | 'forgery';
export type Reached =
  | Occasion
  | { readonly faults: readonly Fault[]; readonly on?: Occasion }
  | { readonly never: string };

const DRAIN = { reached: 'drain' } as const;
const START = { reached: 'start' } as const;
const CONFLICT = { reached: { faults: [{ at: 'load-exchange', code: '40P01', times: 2 }] } } as const;
const STORE_AT_FAULT = { reached: { faults: [{ at: 'load-exchange', code: '57P01', times: 1 }] } } as const;
/** Groups are halved until one message is alone, which then has to fail three times. */
const ALONE_AT_FAULT = { at: 'load-exchange', code: '22003', times: 40 } as const;
const MESSAGE_AT_FAULT = { reached: { faults: [ALONE_AT_FAULT] } } as const;
const TOO_LARGE = {
  reached: { faults: [{ at: 'kafka-send', type: 'MESSAGE_TOO_LARGE', times: 40 }] },
} as const;
const ONLY_READS = { reached: { never: 'a question that changes nothing' } } as const;
const KEY_IS_OLD = { reached: { never: 'the provider must have forgotten the key, a day later' } } as const;
const TOPIC_IS_GONE = {
  reached: { never: 'a topic must be missing, as in a broker that was wiped' },
} as const;

/** By what goes on at the time, in the order in which a message passes them. */
export const STAGES = {
  'a message is fetched': {
    'fetch-collect': { awaits: 'Promise.resolve().then(() => this.#handOverCollected' },
    'fetch-hand-over': { awaits: 'this.#handOver' },
    'fetch-room': { awaits: 'Promise.race([room, expelled.promise' },
    'intake-room': { awaits: 'this.#options.lanes.hasRoom()' },
  },
  'a request comes, a saga is admitted or woken': {
    'desk-ask': { awaits: 'this.#ask(message)' },
    'desk-known-key': { awaits: 'this.#options.queries.byClientKey(', ...ONLY_READS },
    'desk-retried-order': { awaits: 'this.#options.queries.orderById(retryOf)', ...ONLY_READS },
    'desk-saga-of-order': { awaits: 'this.#options.queries.sagaIdOf(', ...ONLY_READS },
    'admission-count': { awaits: 'store.count(bound)' },
    'admission-count-query': { awaits: 'orm.em.fork().execute<{ in_flight' },
    'admission-next': { awaits: 'store.next(' },
    'admission-next-query': {
      awaits: "orm.em .fork() .execute<{ saga_id: string }[]>('select saga_id from waiting",
    },
    'wake-claim': { awaits: 'store.claim(PAGE)' },
    'wake-claim-query': { awaits: 'orm.em.fork().execute<{ saga_id' },
    'wake-budget': { awaits: 'store.takeResends(' },
    'wake-budget-query': { awaits: 'orm.em.fork().execute<{ taken' },
    'wake-settle': { awaits: 'Promise.all(sagaIds.map(' },
    'wake-give-back': { awaits: 'store.giveBackResends(' },
    'wake-give-back-query': { awaits: "orm.em .fork() .execute('update resend_budget" },
  },
  'rows are locked and read': {
    'lane-open': { awaits: 'this.#options.openSession()', ...START },
    'session-connect': { awaits: 'connect()', file: 'session.ts', ...START },
    'database-connect': { awaits: 'client.connect()', ...START },
    'turn-load': { awaits: 'session.load(' },
    'load-exchange': { awaits: 'this.#within( allOf([ connection.command(' },
    'database-exchange': { awaits: 'work', file: 'connection.ts' },
    'all-statements': { awaits: 'Promise.allSettled(parts)' },
    'load-inbox': { awaits: 'sql.rows<StoredRow>(', in: ['order', 'inventory'] },
    'load-orders': { awaits: 'Promise.all([ read<SagaColumns>' },
    'load-payments': { awaits: 'Promise.all([ lockPayments(' },
    'load-payments-lock': { awaits: 'sql.rows<PaymentRow>(LOCK,' },
    'load-payments-lock-again': { awaits: 'sql.rows<PaymentRow>(LOCK_BY_BOTH_KEYS', ...CONFLICT },
    'load-inventory': { awaits: 'Promise.all([ lockReservations(' },
    'load-reservations': { awaits: 'sql.rows<StoredReservation>(LOCK,' },
    'load-reservations-again': { awaits: 'sql.rows<StoredReservation>(LOCK_BY_EVERY_KEY', ...CONFLICT },
    'load-stock': { awaits: 'sql.rows<StoredStock>(' },
    'load-restocks': {
      awaits: 'sql.rows<StoredRestock>(',
      reached: { never: 'only an operator’s restock passes it, in the same turn as load-stock' },
    },
  },
  'the turn is saved and committed': {
    'save-on-the-wire': { awaits: 'tick()' },
    'turn-commit': { awaits: 'session.commit(state, published)' },
    'commit-exchange': { awaits: 'this.#within(allOf([committed' },
  },
  'what was committed is published': {
    'relay-publish': { awaits: 'broker.publish' },
    'kafka-request': { awaits: 'this.#options.link.send(' },
    'kafka-send': { awaits: 'Promise.race([ connected.producer.sendBatch(' },
    'kafka-topics-missing': {
      awaits: 'this.#options.createTopics()',
      reached: { faults: [{ at: 'kafka-send', type: 'UNKNOWN_TOPIC_OR_PARTITION', times: 1 }] },
    },
  },
  'what nobody published is swept': {
    'sweep-claim': { awaits: 'claims.claim({ olderThanMs' },
    'sweep-claim-query': { awaits: 'orm.em.fork().execute<ClaimedRow[]>', reached: 'strays' },
    'sweep-relay': { awaits: 'relay.publish(rows).then', reached: 'strays' },
  },
  'an offset is committed': {
    'offset-commit': { awaits: 'session.commit(offsets)' },
    'offset-request': { awaits: 'this.#lastPayload?.commitOffsetsIfNecessary(' },
  },
  'the payment provider is called': {
    'charge-call': { awaits: "calls.make('charge'" },
    'void-call': { awaits: "calls.make('void'" },
    'provider-answer': { awaits: 'answer.then', file: 'provider-calls.ts' },
    'provider-group': { awaits: 'this.#write(group.map(' },
    'provider-query': { awaits: 'this.#pool.query<Result>(' },
    'provider-late': { awaits: 'new Promise<void>((resolve) => runtime.after(options.lateMs' },
    'lease-claim': { awaits: 'claims.claim({ limit, ownToo' },
    'lease-claim-query': { awaits: 'orm.em.fork().execute<(PaymentRow' },
    'charge-find': { awaits: 'provider.find(request.chargeKey)', ...KEY_IS_OLD },
    'void-find': { awaits: 'provider.find(chargeKey)', ...KEY_IS_OLD },
    'provider-find': { awaits: 'ledger.find([chargeKey])', ...KEY_IS_OLD },
    'void-park': {
      awaits: 'this.#options.park(undo.message, fault)',
      reached: { never: 'only an undo that fails by its own fault is parked' },
    },
  },
  'a message is parked': {
    'park-entry': { awaits: 'queued.entry.parked(fault)', ...MESSAGE_AT_FAULT },
    'park-letter': { awaits: 'this.#letterBox.put(letter)', reached: 'poison' },
    'park-attempt': { awaits: 'store()', file: 'letter-box.ts', reached: 'poison' },
    'park-store': { awaits: 'this.#options.deadLetters.park(letter).then', reached: 'poison' },
    'park-query': { awaits: 'orm.em .fork() .execute<object[]>(sql', reached: 'poison' },
    'park-retry': {
      awaits: 'new Promise<void>((resolve) => runtime.after(RETRY_MS',
      reached: { faults: [{ at: 'park-attempt', code: '53100', times: 1 }], on: 'poison' },
    },
    'park-forged': { awaits: 'this.#letterBox.putForged(letter)', reached: 'forgery' },
    'park-too-large': { awaits: 'parkRefused(', ...TOO_LARGE },
    'park-too-large-letter': { awaits: 'deadLetters.park( deadLetter(', ...TOO_LARGE },
  },
  'an operator looks': {
    'read-outbox': { awaits: 'orm.em.fork().execute<{ rows', ...ONLY_READS },
  },
  'a turn failed': {
    'conflict-rollback': { awaits: 'this.#session?.rollback()', ...CONFLICT },
    'rollback-exchange': {
      awaits: "this.#within(this.#connection.command('rollback'))",
      ...CONFLICT,
    },
    'conflict-pause': { awaits: 'this.#pauses.wait(conflicts', ...CONFLICT },
    'failed-statements': {
      awaits: 'Promise.allSettled(statements)',
      reached: { faults: [ALONE_AT_FAULT, { at: 'probe-exchange', code: '57P01', times: 1 }] },
    },
    'store-pause': { awaits: 'this.#pauses.wait(this.#storeFailures', ...STORE_AT_FAULT },
    'pause-over': { awaits: 'promise', file: 'pauses.ts', ...STORE_AT_FAULT },
    'store-probe': { awaits: '(await this.#openSession()).probe()', ...MESSAGE_AT_FAULT },
    'probe-exchange': { awaits: 'this.#within(allOf(steps))', ...MESSAGE_AT_FAULT },
    'session-close': { awaits: 'session?.close().catch(', ...STORE_AT_FAULT },
    'database-close': { awaits: 'this.#connection.close()', ...STORE_AT_FAULT },
  },
  'a process starts': {
    'consumer-session': { awaits: 'Promise.race([opened, session.ended', moments: ['sent'], ...START },
    'consumer-open': { awaits: 'session.open().then', ...START },
    'consumer-prepare': { awaits: 'Promise.race([this.#prepare()', ...START },
    'consumer-topics': { awaits: 'createTopics()', file: 'consumer.ts', ...START },
    'consumer-evict': { awaits: 'members.evictAbandoned(', ...START },
    'evict-connect': { awaits: 'cluster.connect()', ...START },
    'evict-metadata': { awaits: 'cluster.refreshMetadata()', ...START },
    'evict-coordinator': { awaits: 'cluster.findGroupCoordinator(', ...START },
    'evict-leave': { awaits: 'coordinator.leaveGroup(', ...START },
    'evict-close': { awaits: 'client.close(() => cluster.disconnect()', ...START },
    'consumer-connect': { awaits: 'this.#consumer.connect()', ...START },
    'consumer-subscribe': { awaits: 'this.#consumer.subscribe(', ...START },
    'consumer-run': { awaits: 'this.#consumer.run(', ...START },
    'consumer-rebuild': {
      awaits: 'Promise.race([delay(REBUILD_MS)',
      reached: { faults: [{ at: 'consumer-connect', type: 'LEADER_NOT_AVAILABLE', times: 1 }], on: 'start' },
    },
    'progress-load': { awaits: 'withAdmin((admin) => this.#findBehind(', ...START },
    'progress-offsets': { awaits: 'admin.fetchOffsets(', ...START },
    'progress-ends': { awaits: 'admin.fetchTopicOffsets(', ...START },
    'admin-connect': { awaits: 'admin.connect()', ...START },
    'admin-errand': { awaits: 'errand(admin)', ...START },
    'admin-close': { awaits: 'client.close(() => admin.disconnect()', ...START },
    'client-close': { awaits: 'Promise.race([disconnect()', ...START },
    'topics-list': { awaits: 'admin.listTopics()', ...START },
    'topics-cluster': { awaits: 'admin.describeCluster()', ...TOPIC_IS_GONE },
    'topics-create': { awaits: 'admin.createTopics(', ...TOPIC_IS_GONE },
    'topics-ensure': {
      awaits: 'createMissingTopics(client, topics)',
      reached: { never: 'the launcher’s, which is no service' },
    },
    'producer-link': {
      awaits: 'this.#connect()',
      reached: { faults: [{ at: 'kafka-send', type: 'LEADER_NOT_AVAILABLE', times: 1 }] },
    },
    'producer-connect': { awaits: 'producer.connect()', ...START },
  },
  'a process drains': {
    'drain-bound': { awaits: 'atMost(runtime, SETTLE_MS', ...DRAIN },
    'drain-race': { awaits: 'Promise.race([work, promise])', ...DRAIN },
    'drain-lanes': {
      awaits: 'new Promise<void>((resolve) => this.#idleWaiters.push(resolve))',
      file: 'lanes.ts',
      ...DRAIN,
    },
    'drain-publish': { awaits: 'relay.settle(SETTLE_MS)', ...DRAIN },
    'drain-publish-wait': { awaits: 'promise', file: 'relay.ts', ...DRAIN },
    'lanes-close': { awaits: 'lanes.close()', ...DRAIN },
    'lanes-settle': { awaits: 'atMost(this.#options.runtime, CLOSE_WITHIN_MS', ...DRAIN },
    'lanes-sessions': { awaits: 'Promise.all(this.#lanes.map(', ...DRAIN },
    'intake-stop': { awaits: 'intake.stop()', ...DRAIN },
    'intake-leave': { awaits: 'this.consumer.stop()', ...DRAIN },
    'consumer-life': { awaits: 'this.#life', ...DRAIN },
    'consumer-last-commit': { awaits: 'this.#committer.commitFinally(', ...DRAIN },
    'offset-last-wait': { awaits: '(this.#committing ?? Promise.resolve()).then', ...DRAIN },
    'offset-last-commit': { awaits: 'Promise.race([committed, bound.promise])', ...DRAIN },
    'consumer-close': { awaits: 'session.close(LEAVE_BOUND_MS)', ...DRAIN },
    'consumer-disconnect': { awaits: 'this.#client.close(', ...DRAIN },
    'consumer-leave': { awaits: 'Promise.race([ members.evictAbandoned(', ...DRAIN },
    'broker-close': { awaits: 'Promise.all([link.close()', moments: ['answered'], ...DRAIN },
    'producer-close': { awaits: 'release(connected)', moments: ['answered'], ...DRAIN },
    'payment-lanes': { awaits: 'Promise.all([pipeline.lanes.settled()', ...DRAIN },
    'payment-calls': { awaits: 'Promise.all([charges.close()', ...DRAIN },
    'payment-slots': {
      awaits: 'new Promise<void>((resolve) => this.#idleWaiters.push(resolve))',
      file: 'call-slots.ts',
      ...DRAIN,
    },
    'payment-sweep': { awaits: 'this.#looking', ...DRAIN },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, CrashPoint>>>>;

export type Stage = keyof typeof STAGES;

export const CRASH_POINTS: ReadonlyMap<string, CrashPoint> = new Map(
  Object.values(STAGES).flatMap((points) => Object.entries<CrashPoint>(points)),
);
