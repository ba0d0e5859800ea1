import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, OutgoingMessage } from '../broker.ts';

/**
 * Signatures of messages (rule O7): HMAC-SHA-256 under a key that all processes of a deployment share. Made when a
 * message is published and never stored, so that no stored reply depends on a key; whoever reads checks before it
 * decodes.
 */
export interface MessageSignatures {
  sign(message: OutgoingMessage): OutgoingMessage;
  /** null: it was signed under one of the keys, as it is. */
  verify(message: Signable): Forgery | null;
}

export interface SigningKey {
  /** Travels with every signature: letters, digits, `_` and `-`. */
  readonly id: string;
  readonly secret: string;
}

/** What a signature covers of a message that was read. */
export type Signable = Pick<IncomingMessage, 'topic' | 'key' | 'value' | 'headers'>;

export const FORGERY_CAUSES = ['UNSIGNED', 'UNKNOWN_SIGNING_KEY', 'BAD_SIGNATURE'] as const;
export type ForgeryCause = (typeof FORGERY_CAUSES)[number];

export const isForgery = (cause: string): boolean => (FORGERY_CAUSES as readonly string[]).includes(cause);

export interface Forgery {
  readonly cause: ForgeryCause;
  readonly detail: string;
}

/** `v1.KEY_ID.SIGNATURE`, the signature in base64url. */
export const SIGNATURE_HEADER = 'signature';

/**
 * Who says it, about what, in answer to what: a message cannot be sent again under another identity. Not the time of
 * sending, nor the trace that whoever passes a message on may extend.
 */
const SIGNED_HEADERS = [
  'ce_specversion',
  'ce_id',
  'ce_type',
  'ce_source',
  'ce_correlationid',
  'ce_causationid',
  'content-type',
] as const;

const FORM = /^v1\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

/** The first key signs, all are accepted. No keys: undefined, and nothing is signed or checked. */
export function messageSignatures(keys: readonly SigningKey[]): MessageSignatures | undefined {
  const secrets = new Map(keys.map(({ id, secret }) => [id, createSecretKey(secret, 'utf8')]));
  const [first] = secrets;
  if (first === undefined) return undefined;
  const [signingId, signingKey] = first;
  return {
    sign(message) {
      const { topic, key, value, headers } = message;
      const identity = SIGNED_HEADERS.map((name) => headers[name] ?? null);
      const signature = mac(signingKey, topic, key, identity, value).toString('base64url');
      return { ...message, headers: { ...headers, [SIGNATURE_HEADER]: `v1.${signingId}.${signature}` } };
    },
    verify({ topic, key, value, headers }) {
      const header = headers[SIGNATURE_HEADER];
      if (header === undefined) return UNSIGNED;
      const [, keyId = '', signature = ''] = FORM.exec(header.toString('latin1')) ?? [];
      if (signature === '') return MALFORMED;
      const secret = secrets.get(keyId);
      if (secret === undefined) return unknownKey(keyId, secrets);
      const identity = SIGNED_HEADERS.map((name) => headers[name]?.toString() ?? null);
      const expected = mac(secret, topic, key, identity, value);
      return timingSafeEqual(expected, Buffer.from(signature, 'base64url')) ? null : ALTERED;
    },
  };
}

/** JSON on one line, and then the value: no two messages have the same text, as no part can pass into the next. */
function mac(
  secret: KeyObject,
  topic: string,
  key: string | null,
  identity: readonly (string | null)[],
  value: string | Buffer | null,
): Buffer {
  const about = JSON.stringify(['order-saga message v1', topic, key, value !== null, ...identity]);
  return createHmac('sha256', secret)
    .update(`${about}\n`)
    .update(value ?? '')
    .digest();
}

const UNSIGNED: Forgery = {
  cause: 'UNSIGNED',
  detail: `the message has no header '${SIGNATURE_HEADER}', and this deployment signs its messages`,
};

const MALFORMED: Forgery = {
  cause: 'BAD_SIGNATURE',
  detail: `the header '${SIGNATURE_HEADER}' is not v1.KEY_ID.SIGNATURE`,
};

const ALTERED: Forgery = {
  cause: 'BAD_SIGNATURE',
  detail: 'topic, key, value or identity are not what was signed, or another secret goes by this key id',
};

const unknownKey = (keyId: string, known: ReadonlyMap<string, unknown>): Forgery => ({
  cause: 'UNKNOWN_SIGNING_KEY',
  detail: `it is signed under the key '${keyId.slice(0, 64)}'; accepted are ${[...known.keys()].join(', ')}`,
});
