import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createGatewayClient, followOrder, placeOrder } from '@order-saga/client';
import { describeWithKafka } from '@order-saga/testkit';
import { beforeAll, expect, test } from 'vitest';
import { CUP, endAndAwaitSuccessor, newId, setAvailable, type WholeSystem } from '../src/index.ts';
import { keepInvariants } from './set-up/expect-invariants.ts';
import { sharedSystem } from './set-up/given-system.ts';

describeWithKafka('the client for front-ends', () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = sharedSystem();
    await setAvailable(system, CUP, 50);
  });
  keepInvariants(() => system);

  test('runs the example of its README', async () => {
    const readme = await readFile(new URL('../../packages/client/README.md', import.meta.url), 'utf8');
    const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    expect(example.trim().split('\n').filter(Boolean).length).toBeLessThanOrEqual(10);
    const here = example.replace('http://127.0.0.1:4000', system.urls.gateway);
    const args = ['--input-type=module-typescript', '--eval', here];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: new URL('../../packages/client', import.meta.url),
      timeout: 60_000,
    });
    expect(stdout.trim().split('\n')).toEqual([
      '1 SAGA_STARTED null PENDING',
      '2 STEP_COMPLETED CreateOrder CREATED',
      '3 STEP_COMPLETED ProcessPayment CREATED',
      '4 STEP_COMPLETED ReserveInventory CREATED',
      '5 STEP_COMPLETED ApproveOrder APPROVED',
      '6 STEP_COMPLETED ConfirmInventory APPROVED',
    ]);
  });

  test('places one order and misses no change of it although the gateway is killed in between', async () => {
    const client = createGatewayClient({ url: `${system.urls.gateway}/graphql` });
    const order = {
      idempotencyKey: newId(),
      lines: [{ productId: CUP, quantity: 1 }],
      paymentMethod: 'TEST_LATE',
    } as const;
    const [one, same] = await Promise.all([placeOrder(client, order), placeOrder(client, order)]);
    expect(same.id).toBe(one.id);
    const versions: number[] = [];
    let interruptions = 0;
    const options = { afterVersion: 0, onInterrupted: () => (interruptions += 1) };
    for await (const { version } of followOrder(client, one.id, options)) {
      versions.push(version);
      if (version === 2) await endAndAwaitSuccessor(system, 'gateway', 'SIGKILL');
    }
    expect(versions).toEqual([1, 2, 3, 4, 5, 6]);
    expect(interruptions).toBeGreaterThan(0);
    expect((await placeOrder(client, order)).id).toBe(one.id);
    await client.close();
  });
});
