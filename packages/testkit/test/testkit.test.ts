import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { createDatabase, describeWithKafka, eventually, freePort, kafkaForTests } from '../src/index.ts';

async function read(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0]?.value;
  } finally {
    await client.end();
  }
}

describe('createDatabase', () => {
  test('gives each caller a database of its own', async () => {
    const [one, two] = await Promise.all([createDatabase('orders'), createDatabase('orders')]);
    expect(one.name).not.toBe(two.name);
    expect(await read(one.url, 'select current_database() as value')).toBe(one.name);
    await Promise.all([one.drop(), two.drop()]);
  });

  test('prepares a template once and copies it for everyone who asks', async () => {
    let prepared = 0;
    const template = {
      name: `numbers_${randomBytes(4).toString('hex')}`,
      prepare: async (url: string) => {
        prepared += 1;
        await read(url, 'create table numbers as select 42 as value');
      },
    };
    const copies = await Promise.all([1, 2, 3].map(() => createDatabase('numbers', { template })));
    const values = await Promise.all(copies.map(({ url }) => read(url, 'select value from numbers')));
    expect(values).toEqual([42, 42, 42]);
    expect(prepared).toBe(1);
  });
});

describe('eventually', () => {
  test('answers as soon as the check passes, with what it answered', async () => {
    let looks = 0;
    const answer = await eventually(
      () => {
        looks += 1;
        if (looks < 3) throw new Error('not yet');
        return 'approved';
      },
      { intervalMs: 1 },
    );
    expect(answer).toBe('approved');
  });

  test('says what was waited for and what was still wrong at the end', async () => {
    const hopeless = eventually(() => expect('created').toBe('approved'), {
      timeoutMs: 20,
      intervalMs: 5,
      describe: 'the approval',
    });
    await expect(hopeless).rejects.toThrow(/^the approval did not come about in 20 ms .*expected 'created'/s);
  });
});

test('a free port can be listened on', async () => {
  expect(await freePort()).toBeGreaterThan(1024);
});

describeWithKafka('kafkaForTests', () => {
  test('names brokers that take connections', async () => {
    const [host, port] = (kafkaForTests()[0] ?? '').split(':');
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), host);
      socket.once('connect', () => resolve(void socket.end()));
      socket.once('error', reject);
    });
  });
});
