import type { SimBroker } from './sim-broker.ts';
import type { SimConsumer } from './sim-consumer.ts';

export interface Assigned {
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
  /** The end of the log at the join. */
  readonly end: number;
}

const keyOf = (topic: string, partition: number): string => `${topic} ${partition}`;

/** A consumer group: its committed offsets, and its partitions dealt out to whoever is a member. */
export class Group {
  readonly #broker: SimBroker;
  readonly #topics: readonly string[];
  readonly #committed = new Map<string, number>();
  readonly #members: SimConsumer[] = [];
  /** Raised by every rebalance: what is committed in an older one is refused. */
  generation = 0;

  constructor(broker: SimBroker, topics: readonly string[]) {
    this.#broker = broker;
    this.#topics = topics;
  }

  has(member: SimConsumer): boolean {
    return this.#members.includes(member);
  }

  /** A member of the same instance is its former life: it leaves at once. */
  join(member: SimConsumer): void {
    const former = this.#members.findIndex((other) => other.instance === member.instance);
    if (former >= 0) this.#members.splice(former, 1);
    this.#members.push(member);
    this.rebalance();
  }

  evict(member: SimConsumer): void {
    const at = this.#members.indexOf(member);
    if (at < 0) return;
    this.#members.splice(at, 1);
    this.rebalance();
  }

  rebalance(): void {
    this.generation += 1;
    const shares = this.#members.map((): Assigned[] => []);
    let turn = this.generation;
    for (const topic of this.#topics) {
      this.#broker.logsOf(topic).forEach((log, partition) => {
        const position = this.#committed.get(keyOf(topic, partition)) ?? 0;
        shares[turn % shares.length]?.push({ topic, partition, position, end: log.length });
        turn += 1;
      });
    }
    this.#members.forEach((member, index) => {
      member.assign(shares[index] as Assigned[], this.generation);
    });
  }

  commit(
    offsets: readonly (readonly [topic: string, partition: number, offset: number])[],
    generation: number,
  ): void {
    if (generation !== this.generation) return;
    for (const [topic, partition, offset] of offsets) this.#committed.set(keyOf(topic, partition), offset);
  }

  /** The broker was wiped: offsets are gone, and every member joins anew. */
  forget(): void {
    this.#committed.clear();
    this.rebalance();
  }

  wake(topic: string): void {
    if (this.#topics.includes(topic)) this.wakeAll();
  }

  wakeAll(): void {
    for (const member of this.#members) member.wake();
  }

  /** Every message was fetched by somebody, and is done. */
  isReadToTheEnd(): boolean {
    return this.#members.every((member) => member.isAtTheEnd());
  }
}
