import { describeWithKafka, eventually } from '@order-saga/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Crowd, CUP, newId, operatorOf, setAvailable, type WholeSystem } from '../src/index.ts';
import { keepInvariants } from './set-up/expect-invariants.ts';
import { sharedSystem } from './set-up/given-system.ts';
import { Wire } from './set-up/wire.ts';

const PROCESSES = ['order', 'payment', 'inventory', 'gateway'] as const;
const SERVICES = ['order', 'payment', 'inventory'] as const;

describeWithKafka('an operator', () => {
  let system: WholeSystem;
  let wire: Wire;
  beforeAll(async () => {
    system = sharedSystem();
    wire = new Wire(system);
    await setAvailable(system, CUP, 100);
  });
  afterAll(() => wire?.close());
  keepInvariants(() => system);

  test.each(PROCESSES)('sees that the %s process is alive, ready and measured', async (name) => {
    const url = system.urls[name];
    const health = await fetch(`${url}/health`);
    expect([health.status, await health.text()]).toEqual([200, 'OK']);
    await eventually(async () => {
      const ready = await fetch(`${url}/ready`);
      expect(ready.status).toBe(200);
      const { status, parts } = (await ready.json()) as { status: string; parts: { ok: boolean }[] };
      expect(status).toBe('ready');
      expect(parts.map(({ ok }) => ok)).not.toContain(false);
    });
    const metrics = await fetch(`${url}/metrics`);
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(await metrics.text()).toContain(`service="${name}"`);
  });

  test.each(SERVICES)('of the %s service needs its token', async (name) => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${system.urls[name]}/trpc/outbox.stats`, { headers });
    for (const headers of [{}, { authorization: 'Bearer no-such-token-at-all' }, { authorization: '' }]) {
      const refused = await ask(headers);
      expect(refused.status).toBe(401);
      expect(await refused.json()).toMatchObject({ error: { data: { code: 'UNAUTHORIZED' } } });
    }
    expect((await ask({ authorization: `Bearer ${system.adminToken}` })).status).toBe(200);
  });

  test('finds what nobody can read in the dead letters, while orders go on', async () => {
    const letters = [
      { service: 'payment', topic: 'payment-service-commands', value: 'this is no JSON' },
      { service: 'inventory', topic: 'inventory-service-commands', value: '{"command_type":"Explode"}' },
      { service: 'order', topic: 'order-service-commands', value: '[]' },
      { service: 'order', topic: 'order-replies', value: '{"status":"Success"}' },
      { service: 'order', topic: 'order-replies', value: '' },
    ] as const;
    const crowd = new Crowd(system);
    const placing = crowd.place(50);
    const keys = letters.map(() => newId());
    for (const [index, { topic, value }] of letters.entries()) {
      await wire.send(topic, keys[index] ?? '', value);
    }
    await placing;
    expect(await crowd.disappointed()).toEqual([]);
    expect(crowd.faults).toEqual([]);

    const operator = operatorOf(system);
    for (const [index, { service, topic, value }] of letters.entries()) {
      const { deadLetters } = operator[service];
      const letter = await eventually(async () => {
        const { items } = await deadLetters.list.query({ limit: 100 });
        const found = items.find(({ key }) => key === keys[index]);
        if (found === undefined) throw new Error(`there is no dead letter of ${topic} with that key`);
        return found;
      });
      expect(letter).toMatchObject({ topic, count: 1, cause: expect.stringMatching(/./) });
      expect(await deadLetters.byId.query({ id: letter.id })).toMatchObject({
        value: { encoding: 'utf8', data: value },
      });
    }
  });
});
