import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decodeJson } from '../src/decode-json.ts';

const schema = z.object({ name: z.string(), lines: z.array(z.object({ count: z.int() })).default([]) });
const decode = (text: string) => decodeJson(Buffer.from(text), schema);

describe('Decoding a value', () => {
  test('answers what the schema makes of it', () => {
    expect(decode('{"name":"Zoë"}')).toEqual({ ok: true, data: { name: 'Zoë', lines: [] } });
  });

  test('names a stable cause, and the field at fault', () => {
    expect(decodeJson(null, schema)).toMatchObject({ ok: false, cause: 'EMPTY' });
    expect(decode('{')).toMatchObject({ ok: false, cause: 'NOT_JSON' });
    expect(decodeJson(Buffer.from([0x22, 0xff, 0x22]), schema)).toMatchObject({
      ok: false,
      cause: 'NOT_JSON',
    });
    expect(decode('{"name":"a","lines":[{"count":1.5}]}')).toMatchObject({
      ok: false,
      cause: 'UNKNOWN_SHAPE',
      detail: expect.stringContaining('lines.0.count'),
    });
  });

  test.each(['{"name":"a\\u0000"}', '{"name":"\\ud800"}', '{"name":"a","\\u0000":1}'])(
    'refuses text that PostgreSQL does not store as it is: %s (O6)',
    (text) => expect(decode(text)).toMatchObject({ ok: false, cause: 'UNKNOWN_SHAPE' }),
  );

  test('takes whole surrogate pairs, and a backslash that only looks like an escape', () => {
    expect(decode('{"name":"\\ud83d\\ude00"}')).toMatchObject({ ok: true, data: { name: '😀' } });
    expect(decode('{"name":"\\\\u0000"}')).toMatchObject({ ok: true, data: { name: '\\u0000' } });
  });
});
