import { expect, test } from 'vitest';
import { createInventoryRouter, createOrderRouter, createPaymentRouter } from '../src/index.ts';

/** Answers any question with itself, and says so when it is asked to do something. */
const reached: string[] = [];
const handlers = (path = ''): never =>
  new Proxy(() => undefined, {
    get: (_target, name) => handlers(`${path}.${String(name)}`),
    apply: () => void reached.push(path),
  }) as never;

const routers = {
  order: createOrderRouter(handlers()),
  payment: createPaymentRouter(handlers()),
  inventory: createInventoryRouter(handlers()),
};

const procedures = Object.entries(routers).flatMap(([service, router]) =>
  Object.keys(router._def.procedures).map((path) => [service, path] as const),
);

test.each(procedures)('%s: %s is closed to whoever has no token of the services', async (service, path) => {
  const caller = routers[service as keyof typeof routers].createCaller({
    authorized: false,
    traceparent: undefined,
  });
  const call = path.split('.').reduce<never>((part, name) => part[name] as never, caller as never);
  await expect((call as (input: unknown) => unknown)({})).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  expect(reached).toEqual([]);
});

test('there are procedures to close', () => {
  expect(procedures.length).toBeGreaterThan(15);
});
