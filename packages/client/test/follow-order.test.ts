import { expect, test } from 'vitest';
import { createGatewayClient, followOrder, type OrderUpdate } from '../src/index.ts';
import { type Subscriber, scriptedGateway } from './scripted-gateway.ts';

const update = (version: number, sagaStatus = 'IN_PROGRESS') => ({ version, sagaStatus });
const failure = (code: string, more: object = {}) => ({ message: code, extensions: { code, ...more } });

interface Followed {
  readonly versions: number[];
  /** What each subscription was asked to begin after. */
  readonly asked: (number | undefined)[];
  readonly interrupted: string[];
}

/** Follows an order at a gateway that behaves as told, subscription by subscription. */
async function follow(
  afterVersion: number | undefined,
  ...acts: ((subscriber: Subscriber) => void)[]
): Promise<Followed> {
  const followed: Followed = { versions: [], asked: [], interrupted: [] };
  await using gateway = await scriptedGateway({
    onSubscribe(subscriber, count) {
      followed.asked.push(subscriber.afterVersion);
      acts[count - 1]?.(subscriber);
    },
  });
  const client = createGatewayClient({ url: gateway.url, backoffMs: () => 1 });
  const onInterrupted = (error: Error) => followed.interrupted.push((error as Error & { code: string }).code);
  try {
    for await (const { version } of followOrder(client, 'an order', { afterVersion, onInterrupted })) {
      followed.versions.push(version);
    }
  } finally {
    await client.close();
  }
  return followed;
}

test.each([
  ['is cut', (it: Subscriber) => it.terminate()],
  ['is closed because the gateway goes away', (it: Subscriber) => it.close(1001)],
  ['is closed because the gateway broke', (it: Subscriber) => it.close(4500)],
  ['is told that it reads too slowly', (it: Subscriber) => it.errors(failure('SUBSCRIBER_TOO_SLOW'))],
  ['is refused for a while', (it: Subscriber) => it.refuse(failure('SERVICE_UNAVAILABLE'))],
  ['is completed before the end', (it: Subscriber) => it.complete()],
])('a stream that %s goes on after the last version that was seen', async (_name, interrupt) => {
  const { versions, asked } = await follow(
    0,
    (it) => {
      it.next(update(1));
      it.next(update(2));
      interrupt(it);
    },
    (it) => {
      it.next(update(3, 'COMPLETED'));
      it.complete();
    },
  );
  expect(versions).toEqual([1, 2, 3]);
  expect(asked).toEqual([0, 2]);
});

test('nothing is told twice, whatever the gateway repeats', async () => {
  const { versions } = await follow(
    undefined,
    (it) => {
      it.next(update(4));
      it.terminate();
    },
    (it) => {
      for (const version of [3, 4, 5]) it.next(update(version));
      it.next(update(6, 'COMPENSATED'));
      it.complete();
    },
  );
  expect(versions).toEqual([4, 5, 6]);
});

test('without a version it begins with the present state', async () => {
  const { asked } = await follow(undefined, (it) => {
    it.next(update(6, 'COMPLETED'));
    it.complete();
  });
  expect(asked).toEqual([undefined]);
});

test('asked for what comes after the end, it ends at once', async () => {
  expect((await follow(6, (it) => it.complete())).versions).toEqual([]);
});

test('each break is told to whoever wants to know', async () => {
  const { interrupted } = await follow(
    0,
    (it) => it.terminate(),
    (it) => it.refuse(failure('OVERLOADED', { retryAfterS: 0 })),
    (it) => {
      it.next(update(1, 'COMPLETED'));
      it.complete();
    },
  );
  expect(interrupted).toEqual(['NETWORK', 'OVERLOADED']);
});

test.each([
  ['an order that is not there', (it: Subscriber) => it.refuse(failure('NOT_FOUND')), 'NOT_FOUND'],
  ['a token that does not hold', (it: Subscriber) => it.close(4403), 'UNAUTHENTICATED'],
  ['an operation that is not allowed', (it: Subscriber) => it.errors(failure('FORBIDDEN')), 'FORBIDDEN'],
])('%s ends it with a code', async (_name, act, code) => {
  await expect(follow(0, act)).rejects.toMatchObject({ code });
});

test('a signal ends it, also while it waits for the gateway to come back', async () => {
  const gone = await scriptedGateway({});
  await gone[Symbol.asyncDispose]();
  const client = createGatewayClient({ url: gone.url, backoffMs: () => 60_000 });
  const stopped = new AbortController();
  const updates: OrderUpdate[] = [];
  const following = async () => {
    const options = { signal: stopped.signal, onInterrupted: () => stopped.abort(new Error('enough')) };
    for await (const each of followOrder(client, 'an order', options)) updates.push(each);
  };
  await expect(following()).rejects.toThrow('enough');
  expect(updates).toEqual([]);
  await client.close();
});

test('a token is asked for anew with each connection', async () => {
  const seen: unknown[] = [];
  await using gateway = await scriptedGateway({
    onSubscribe(subscriber, count) {
      seen.push(subscriber.authorization);
      if (count === 1) return subscriber.terminate();
      subscriber.next(update(1, 'COMPLETED'));
      subscriber.complete();
    },
  });
  let tokens = 0;
  const client = createGatewayClient({ url: gateway.url, token: () => `t${++tokens}`, backoffMs: () => 1 });
  for await (const _each of followOrder(client, 'an order'));
  await client.close();
  expect(seen).toEqual(['Bearer t1', 'Bearer t2']);
});
