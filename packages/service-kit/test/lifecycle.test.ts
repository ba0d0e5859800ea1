import { spawn } from 'node:child_process';
import { eventually } from '@order-saga/testkit';
import { describe, expect, test } from 'vitest';
import { stopInOrder } from '../src/lifecycle.ts';

function start(behaviour: string) {
  const child = spawn(process.execPath, [new URL('./lifecycle-process.ts', import.meta.url).pathname], {
    env: { ...process.env, BEHAVIOUR: behaviour },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = () =>
    out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { level: string; msg: string; err?: object });
  const said = (message: string) => eventually(() => lines().some(({ msg }) => msg === message));
  return { child, exit, lines, said, stderr: () => err };
}

describe('the life of a process', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('seed defect 68: at %s it drains and exits 0', async (signal) => {
    const { child, exit, lines, said } = start('well');
    await said('ready');
    child.kill(signal);
    expect(await exit).toBe(0);
    expect(lines().map(({ msg }) => msg)).toEqual(['ready', 'draining', 'stopped']);
  });

  test('a drain that does not end in time exits 1 and says so', async () => {
    const { child, exit, lines, said } = start('hangs');
    await said('ready');
    child.kill('SIGTERM');
    expect(await exit).toBe(1);
    expect(lines().at(-1)).toMatchObject({
      level: 'fatal',
      msg: 'the drain did not end',
      err: { message: 'still busy after 200 ms' },
    });
  });

  test('a second signal does not wait for the drain', async () => {
    const { child, exit, lines, said } = start('hangs');
    await said('ready');
    child.kill('SIGINT');
    await said('draining');
    child.kill('SIGINT');
    expect(await exit).toBe(1);
    expect(lines().at(-1)).toMatchObject({ msg: 'stopped before the drain had ended' });
  });

  test.each([
    ['throws', 'an error that nobody caught', 'nobody catches this'],
    ['rejects', 'a rejection that nobody handled', 'nobody handles this'],
  ])(
    'seed defect 66: one that %s where nobody looks exits 1 with the cause in its log',
    async (behaviour, msg, message) => {
      const { exit, lines } = start(behaviour);
      expect(await exit).toBe(1);
      expect(lines().at(-1)).toMatchObject({ level: 'fatal', msg, err: { message } });
    },
  );

  test('one that cannot start exits 1 with the whole chain of causes', async () => {
    const { exit, lines } = start('cannot-start');
    expect(await exit).toBe(1);
    expect(lines().at(-1)).toMatchObject({
      level: 'fatal',
      msg: 'the start failed',
      err: { message: 'outer', cause: { message: 'inner' } },
    });
  });

  test('one that is told to stop while it starts exits 0', async () => {
    const { child, exit, said } = start('never-starts');
    await said('starting');
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  test('one with a wrong configuration exits 1 and prints what to set', async () => {
    const { exit, stderr } = start('unknown');
    expect(await exit).toBe(1);
    expect(stderr()).toMatch(
      /^life: the configuration cannot be used:\n {2}BEHAVIOUR: .*\(found "unknown"\)\n$/,
    );
  });
});

describe('stopInOrder', () => {
  test('stops one after the other, the last ones although the first failed, and tells of every failure', async () => {
    const stopped: string[] = [];
    const failing = (name: string) => ({
      name,
      stop: async () => {
        stopped.push(name);
        throw new Error('no');
      },
    });
    const stopping = stopInOrder([
      failing('http'),
      { name: 'lanes', stop: () => void stopped.push('lanes') },
      failing('pool'),
    ]);
    await expect(stopping).rejects.toThrow('http did not stop cleanly; pool did not stop cleanly');
    expect(stopped).toEqual(['http', 'lanes', 'pool']);
  });
});
