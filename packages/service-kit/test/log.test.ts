import { expect, test } from 'vitest';
import { createLog } from '../src/log.ts';

function logInto(lines: Record<string, unknown>[]) {
  return createLog({
    name: 'order',
    level: 'info',
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
}

test('a line is one JSON object with time, level, process and fields', () => {
  const lines: Record<string, unknown>[] = [];
  logInto(lines).child({ part: 'relay' }).info({ rows: 3 }, 'published');
  expect(lines).toMatchObject([
    { level: 'info', process: 'order', part: 'relay', rows: 3, msg: 'published' },
  ]);
  expect(lines[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test('an error is written with its causes', () => {
  const lines: Record<string, unknown>[] = [];
  logInto(lines).error({ err: new Error('outer', { cause: new Error('inner') }) }, 'it failed');
  expect(lines).toMatchObject([{ err: { message: 'outer', cause: { message: 'inner' } } }]);
});

test('secrets are left out wherever they usually stand', () => {
  const lines: Record<string, unknown>[] = [];
  logInto(lines).info(
    {
      authorization: 'hunter2',
      config: { password: 'hunter2' },
      request: { headers: { authorization: 'hunter2' } },
    },
    'a request',
  );
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});

test('lines below the level are not written', () => {
  const lines: Record<string, unknown>[] = [];
  logInto(lines).debug({}, 'noise');
  expect(lines).toEqual([]);
});

test('what a driver hangs on an error stays out: its connection, and whatever that knows', () => {
  const lines: Record<string, unknown>[] = [];
  const error = Object.assign(new Error('lost'), {
    code: '57P01',
    client: { password: 'hunter2', buffer: [1] },
  });
  logInto(lines).error({ err: error }, 'it failed');
  expect(lines).toMatchObject([{ err: { type: 'Error', message: 'lost', code: '57P01' } }]);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});
