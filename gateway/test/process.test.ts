import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { GraphqlHttp } from './fakes/graphql-http.ts';
import { GraphqlSocket } from './fakes/graphql-socket.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Nothing answers on this port of ours. */
const NOWHERE = '127.0.0.1:1';

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

test('with neither broker nor services it starts, says what is missing, and ends cleanly when asked to', async () => {
  const child = start({
    PORT: '0',
    NODE_ENV: 'development',
    KAFKA_BROKERS: NOWHERE,
    ADMIN_TOKEN: 'sixteen-characters-or-more',
    ORDER_SERVICE_URL: `http://${NOWHERE}`,
    INVENTORY_SERVICE_URL: `http://${NOWHERE}`,
    PAYMENT_SERVICE_URL: `http://${NOWHERE}`,
  });
  const url = await new Promise<string>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      const { msg, url } = JSON.parse(line);
      if (msg === 'listening') resolve(url);
    });
  });

  const { errors } = await new GraphqlHttp(`${url}/graphql`).ask('{ orders { edges { cursor } } }');
  expect(errors?.[0]?.extensions?.code).toBe('SERVICE_UNAVAILABLE');
  const ready = await fetch(`${url}/ready`);
  expect([ready.status, ((await ready.json()) as { status: string }).status]).toEqual([200, 'degraded']);

  const socket = await GraphqlSocket.connect(`${url.replace('http', 'ws')}/graphql`);
  child.kill('SIGTERM');
  expect((await socket.closed).code).toBe(1001);
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('with a configuration that cannot be used it names every problem and does not start', async () => {
  const child = start({ PORT: 'four thousand' });
  const [stderr, [code]] = await Promise.all([child.stderr.toArray(), once(child, 'exit')]);
  expect(code).toBe(1);
  const said = Buffer.concat(stderr).toString();
  for (const variable of ['PORT', 'KAFKA_BROKERS', 'ADMIN_TOKEN']) expect(said).toContain(`${variable}: `);
});
