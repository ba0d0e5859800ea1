import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readConfig } from '../src/config.ts';
import { signingKeys } from '../src/signing-keys.ts';

const schema = z.object({ MESSAGE_SIGNING_KEYS: signingKeys });
const keysOf = (text: string) => readConfig(schema, { MESSAGE_SIGNING_KEYS: text }).MESSAGE_SIGNING_KEYS;
const secret = (letter: string) => letter.repeat(32);

describe('MESSAGE_SIGNING_KEYS', () => {
  test('is off unless it is given', () => {
    expect(readConfig(schema, {}).MESSAGE_SIGNING_KEYS).toEqual([]);
  });

  test('is a list, in the order of signing', () => {
    expect(keysOf(`2026-02:${secret('b')}, 2026-01:${secret('a')}`)).toEqual([
      { id: '2026-02', secret: secret('b') },
      { id: '2026-01', secret: secret('a') },
    ]);
  });

  test.each([
    ['no id', secret('a')],
    ['a short secret', 'new:0123456789'],
    ['an id with a space', `a key:${secret('a')}`],
    ['a colon in the secret', `new:${secret('a')}:b`],
    ['one good and one bad', `new:${secret('a')},old`],
  ])('%s is refused, with the shape and what to do, and without the secret', (_, text) => {
    expect(() => keysOf(text)).toThrow(/MESSAGE_SIGNING_KEYS: must be .*ID:SECRET.*; set it to .*openssl/);
    expect(() => keysOf(text)).not.toThrow(/aaaa|0123456789/);
  });

  test.each([
    ['id', `new:${secret('a')},new:${secret('b')}`],
    ['secret', `new:${secret('a')},old:${secret('a')}`],
  ])('two keys of one %s are no rotation', (_, text) => {
    expect(() => keysOf(text)).toThrow('must have another id and another secret in each of its parts');
  });
});
