import type { SigningKey } from '@order-saga/messaging/transport';
import { commaList, setting } from './config.ts';

const FORM = /^[A-Za-z0-9_-]{1,32}:[\x21-\x39\x3b-\x7e]{32,}$/;

const keyList = commaList
  .refine(
    (keys) => keys.every((key) => FORM.test(key)),
    'must be a comma-separated list of ID:SECRET; an id has up to 32 letters, digits, _ or -, a secret 32 characters or more, no spaces, commas or colons',
  )
  .transform((keys): readonly SigningKey[] =>
    keys.map((key) => {
      const [id = '', secret = ''] = key.split(':');
      return { id, secret };
    }),
  )
  .refine(
    (keys) =>
      new Set(keys.map(({ id }) => id)).size === keys.length &&
      new Set(keys.map(({ secret }) => secret)).size === keys.length,
    'must have another id and another secret in each of its parts',
  );

/**
 * The keys that messages are signed under, and checked (rule O7). The first signs, all are accepted: a new key is added
 * at the end in every process, then moved to the front, and the old one is removed last. None: nothing is signed.
 */
export const signingKeys = setting(keyList.default([]), {
  remedy:
    'set it to one key or more, the one that signs first, as in 2026-02:NEW,2026-01:OLD, each secret as made by: openssl rand -hex 24; or leave it out',
  secret: true,
});
