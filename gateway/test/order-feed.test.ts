import type { OrderChanges, OrderView } from '@order-saga/contracts';
import { expect, test } from 'vitest';
import type { OrderChangesSource } from '../src/order-feed/order-changes.ts';
import { OrderFeed } from '../src/order-feed/order-feed.ts';

/** Orders of one customer that change when a test says so, and how often they were read. */
class Source implements OrderChangesSource {
  reads = 0;
  asked: number[] = [];
  /** Readings wait for this, so that a test can do something meanwhile. */
  gate: Promise<void> = Promise.resolve();
  readonly #versions: number[] = [];

  change(): void {
    this.#versions.push(this.#versions.length + 1);
  }

  async changes(_customerId: string, after: string | undefined): Promise<OrderChanges<OrderView>> {
    this.reads += 1;
    const seen = this.#versions.length;
    await this.gate;
    const order = { id: 'one', version: seen } as OrderView;
    const items = Number(after ?? 0) < seen ? [{ order, position: String(seen) }] : [];
    return { items, position: String(seen), isComplete: true };
  }

  async moved(places: readonly { after: string }[]): Promise<boolean[]> {
    this.asked.push(places.length);
    return places.map(({ after }) => Number(after) < this.#versions.length);
  }
}

const feedOn = (source: Source) =>
  new OrderFeed({
    source,
    onReadFailed: (error) => expect.unreachable(String(error)),
    monotonic: () => performance.now(),
  });
const everything = { customerId: 'ann', after: undefined, isWanted: () => true };

type Stream = Awaited<ReturnType<OrderFeed['watch']>>;
/** The version of the order, or null where all is told. */
const next = async (stream: Stream) => (await stream.next()).value?.order?.version ?? null;

test('streams that are equally far share each reading', async () => {
  const source = new Source();
  source.change();
  const feed = feedOn(source);
  const streams = await Promise.all(Array.from({ length: 50 }, () => feed.watch(everything)));
  expect(source.reads).toBe(1);
  for (const stream of streams) expect([await next(stream), await next(stream)]).toEqual([1, null]);
  const told = streams.map(next);
  source.change();
  feed.hint('ann');
  expect(await Promise.all(told)).toEqual(streams.map(() => 2));
  expect(source.reads).toBe(2);
  for (const stream of streams) await stream.return?.();
  expect(feed.size).toBe(0);
});

test('a reading that began before a hint is not taken for one that saw what was hinted at', async () => {
  const source = new Source();
  const feed = feedOn(source);
  const early = await feed.watch(everything);
  const late = await feed.watch(everything);
  for (const stream of [early, late]) expect(await next(stream)).toBeNull();
  const slow = Promise.withResolvers<void>();
  source.gate = slow.promise;
  const told = [next(early), next(late)];
  feed.hint('ann');
  await expect.poll(() => source.reads).toBe(3);
  // While that reading is under way, which no longer sees it:
  source.change();
  source.gate = Promise.resolve();
  feed.hint('ann');
  slow.resolve();
  expect(await Promise.all(told)).toEqual([1, 1]);
});

test('a subscriber that takes its time is read nothing for meanwhile, and is then told the newest state once', async () => {
  const source = new Source();
  const feed = feedOn(source);
  const stream = await feed.watch(everything);
  expect(await next(stream)).toBeNull();
  for (let i = 0; i < 1_000; i += 1) {
    source.change();
    feed.hint('ann');
  }
  expect(source.reads).toBe(1);
  expect(await next(stream)).toBe(1_000);
  await stream.return?.();
});

test('looking again asks once for streams at one place, and reads only for those that were left behind', async () => {
  const source = new Source();
  const feed = feedOn(source);
  const streams = await Promise.all(Array.from({ length: 3 }, () => feed.watch(everything)));
  for (const stream of streams) expect(await next(stream)).toBeNull();
  await feed.recheck();
  expect([source.asked, source.reads]).toEqual([[1], 1]);
  source.change();
  const told = streams.map(next);
  await feed.recheck();
  expect(await Promise.all(told)).toEqual([1, 1, 1]);
  // Those that are about to read anyway are not asked for.
  feed.hint('ann');
  await feed.recheck();
  expect(source.asked).toEqual([1, 1]);
  for (const stream of streams) await stream.return?.();
});

test('a stream that is closed ends what waits for it', async () => {
  const feed = feedOn(new Source());
  const stream = await feed.watch(everything);
  expect(await next(stream)).toBeNull();
  const waiting = stream.next();
  await stream.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});
