import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, readConfig, serviceSettings, setting } from '../src/config.ts';

const schema = z.object(serviceSettings({ port: 3001, instanceName: 'order-1' }));
const good = {
  DATABASE_URL: 'postgresql://me:hunter2@127.0.0.1:5432/orders',
  KAFKA_BROKERS: 'one:9092, two:9092',
  ADMIN_TOKEN: 'correct-horse-battery',
};

const problemsOf = (env: Record<string, string>): ConfigError => {
  try {
    readConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
};

describe('readConfig', () => {
  test('turns the environment into typed values, with defaults', () => {
    expect(
      readConfig(schema, { ...good, PORT: '4001', CORS_ORIGINS: 'https://a.example, https://b.example' }),
    ).toEqual({
      ...good,
      KAFKA_BROKERS: ['one:9092', 'two:9092'],
      ADMIN_TOKEN: ['correct-horse-battery'],
      PORT: 4001,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      NODE_ENV: 'production',
      CORS_ORIGINS: ['https://a.example', 'https://b.example'],
      INSTANCE_NAME: 'order-1',
      STATE_DIR: '.data/state',
    });
  });

  test('a variable that is set to nothing counts as not set', () => {
    expect(readConfig(schema, { ...good, PORT: ' ', HOST: '' })).toMatchObject({
      PORT: 3001,
      HOST: '127.0.0.1',
    });
  });

  test('a star among the origins means every origin', () => {
    expect(readConfig(schema, { ...good, CORS_ORIGINS: '*' }).CORS_ORIGINS).toBe('*');
  });

  test('names every problem at once, each with variable, what was found and the remedy', () => {
    const error = problemsOf({ ...good, PORT: '99999', KAFKA_BROKERS: 'nowhere', DATABASE_URL: '' });
    expect(error.problems.map(({ variable }) => variable)).toEqual(['PORT', 'DATABASE_URL', 'KAFKA_BROKERS']);
    expect(error.message).toBe(
      [
        'the configuration cannot be used:',
        '  PORT: must be from 0 to 65535 (found "99999"); set it to a free port, as in 3001',
        '  DATABASE_URL: is not set; set it to postgresql://USER:PASSWORD@HOST:5432/DATABASE',
        '  KAFKA_BROKERS: must be a comma-separated list of host:port (found "nowhere"); set it to one broker or more, as in localhost:9092',
      ].join('\n'),
    );
  });

  test.each(['0x10', '1e3', '-1', '3001.5', 'http'])('refuses %s as a port instead of guessing', (PORT) => {
    expect(problemsOf({ ...good, PORT }).message).toContain('PORT: must be a whole number');
  });

  test('never shows the value of a secret', () => {
    const error = problemsOf({
      ...good,
      DATABASE_URL: 'mysql://me:hunter2@host/db',
      ADMIN_TOKEN: 'tooshort',
    });
    expect(error.problems).toHaveLength(2);
    expect(error.message).not.toMatch(/hunter2|tooshort/);
  });

  test('takes several admin tokens while one is being replaced, and no weak one among them', () => {
    const of = (ADMIN_TOKEN: string) => readConfig(schema, { ...good, ADMIN_TOKEN }).ADMIN_TOKEN;
    expect(of('correct-horse-battery, the-one-that-follows')).toEqual([
      'correct-horse-battery',
      'the-one-that-follows',
    ]);
    for (const weak of ['correct-horse-battery,weak', ',', 'correct horse battery staple']) {
      expect(() => of(weak)).toThrow(/ADMIN_TOKEN: must have 16 characters/);
    }
  });

  test('a service adds variables of its own', () => {
    const own = z.object({
      DECLINE_SHARE: setting(z.coerce.number().min(0).max(1).default(0.2), { remedy: 'set it from 0 to 1' }),
    });
    expect(readConfig(own, {})).toEqual({ DECLINE_SHARE: 0.2 });
    expect(() => readConfig(own, { DECLINE_SHARE: '2' })).toThrow('set it from 0 to 1');
  });
});
