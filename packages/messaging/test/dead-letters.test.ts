import { describe, expect, test } from 'vitest';
import { deadLetter, forgedLetter } from '../src/dead-letters.ts';

const fault = { cause: 'NOT_JSON', detail: '', attempts: 1 };
const message = {
  topic: 't',
  key: 'k' as string | null,
  value: Buffer.from('v') as Buffer | null,
  headers: { a: Buffer.from('1'), b: Buffer.from('2') } as Record<string, Buffer>,
};
const idOf = (change: Partial<typeof message> = {}) => deadLetter({ ...message, ...change }, fault).id;

describe('A dead letter (O6)', () => {
  test('is the same for the same message, whatever its cause and the order of its headers', () => {
    expect(deadLetter(message, { ...fault, cause: 'EMPTY' }).id).toBe(idOf());
    expect(idOf({ headers: { b: Buffer.from('2'), a: Buffer.from('1') } })).toBe(idOf());
  });

  test('is the same when the message is sent again at another time', () => {
    const sentAt = (time: string) => idOf({ headers: { ...message.headers, ce_time: Buffer.from(time) } });
    expect(sentAt('2026-01-01T00:00:00Z')).toBe(sentAt('2026-01-02T00:00:00Z'));
  });

  test('is the same when the message is sent again under another signature', () => {
    const signed = (signature: string) =>
      idOf({ headers: { ...message.headers, signature: Buffer.from(signature) } });
    expect(signed('v1.old.x')).toBe(signed('v1.new.y'));
  });

  test('of a forged copy is another one: who has no key cannot change what is said of a message of ours', () => {
    expect(forgedLetter(message, { cause: 'UNSIGNED', detail: '' }).id).not.toBe(idOf());
  });

  test.each([
    ['topic', { topic: 'other' }],
    ['key', { key: 'other' }],
    ['absent key', { key: null }],
    ['value', { value: Buffer.from('other') }],
    ['absent value', { value: null }],
    ['headers', { headers: { a: Buffer.from('1') } }],
    ['border between key and value', { key: 'kv', value: Buffer.from('') }],
  ])('is another when the message differs in its %s', (_part, change) => {
    expect(idOf(change)).not.toBe(idOf());
  });

  test('an absent part is not an empty one', () => {
    expect(idOf({ key: null })).not.toBe(idOf({ key: '' }));
    expect(idOf({ value: null })).not.toBe(idOf({ value: Buffer.alloc(0) }));
  });

  test('keeps the bytes of value and headers, and a key that PostgreSQL can store', () => {
    const value = Buffer.from([0, 255, 1]);
    const letter = deadLetter({ ...message, key: 'a\u0000b', value, headers: { raw: value } }, fault);
    expect(letter.value).toEqual(value);
    expect(JSON.parse(letter.headers.toString())).toEqual({ raw: value.toString('base64') });
    expect(letter.key).toBe('a\uFFFDb');
  });
});
