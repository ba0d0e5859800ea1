import { describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../../src/broker.ts';
import {
  messageSignatures,
  SIGNATURE_HEADER,
  type Signable,
  type SigningKey,
} from '../../src/signatures/message-signatures.ts';
import { asRead } from './as-read.ts';

const OLD: SigningKey = { id: 'old', secret: 'a secret of the year before, and long enough' };
const NEW: SigningKey = { id: 'new', secret: 'a secret of this year, and long enough as well' };

const signaturesOf = (...keys: SigningKey[]) => {
  const signatures = messageSignatures(keys);
  if (signatures === undefined) throw new Error('no keys were given');
  return signatures;
};

const MESSAGE: OutgoingMessage = {
  topic: 'order-replies',
  key: 'saga-1',
  value: '{"status":"Success","note":"größer"}',
  headers: {
    ce_specversion: '1.0',
    ce_id: 'reply-1',
    ce_type: 'ProcessPaymentReply',
    ce_source: 'payment-service',
    ce_time: '2026-01-01T00:00:00.000Z',
    ce_correlationid: 'saga-1',
    ce_causationid: 'command-1',
    'content-type': 'application/json',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
};

const signed = (signatures = signaturesOf(NEW)) => asRead(signatures.sign(MESSAGE));
const causeOf = (message: Signable, signatures = signaturesOf(NEW)) => signatures.verify(message)?.cause;

describe('A signature', () => {
  test('made here is accepted here, with everything else of the message as it was', () => {
    const message = signaturesOf(NEW).sign(MESSAGE);
    const { [SIGNATURE_HEADER]: signature, ...rest } = message.headers;
    expect({ ...message, headers: rest }).toEqual(MESSAGE);
    expect(signature).toMatch(/^v1\.new\.[\w-]{43}$/);
    expect(causeOf(asRead(message))).toBeUndefined();
  });

  test('is what HMAC-SHA-256 says elsewhere: frozen, because other processes compute it, too', () => {
    expect(signaturesOf(NEW).sign(MESSAGE).headers[SIGNATURE_HEADER]).toBe(FROZEN);
  });

  test('is missed where there is none', () => {
    expect(causeOf(asRead(MESSAGE))).toBe('UNSIGNED');
  });

  const withHeader = (name: string) => {
    const message = signed();
    return { ...message, headers: { ...message.headers, [name]: Buffer.from('another') } };
  };

  test.each<[string, () => Signable]>([
    ['topic', () => ({ ...signed(), topic: 'payment-service-commands' })],
    ['key', () => ({ ...signed(), key: 'saga-2' })],
    ['absent key', () => ({ ...signed(), key: null })],
    ['value', () => ({ ...signed(), value: Buffer.from(MESSAGE.value.replace('Success', 'Failed')) })],
    ['absent value', () => ({ ...signed(), value: null })],
    ['ce_id', () => withHeader('ce_id')],
    ['ce_type', () => withHeader('ce_type')],
    ['ce_source', () => withHeader('ce_source')],
    ['ce_correlationid', () => withHeader('ce_correlationid')],
    ['ce_causationid', () => withHeader('ce_causationid')],
  ])('does not fit a message with another %s: nothing is sent again under another identity', (_, altered) => {
    expect(causeOf(altered())).toBe('BAD_SIGNATURE');
  });

  test('does not fit when something passes from one part into the next', () => {
    const signatures = signaturesOf(NEW);
    const one = signatures.sign({ ...MESSAGE, key: 'ab', headers: { ce_id: 'c' } });
    const other = asRead({ ...one, key: 'a', headers: { ...one.headers, ce_id: 'bc' } });
    expect(causeOf(other)).toBe('BAD_SIGNATURE');
  });

  test('fits whatever the time of sending and the trace are: those change on the way', () => {
    const message = signed();
    const headers = {
      ...message.headers,
      ce_time: Buffer.from('2027-01-01T00:00:00.000Z'),
      traceparent: Buffer.from('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
    };
    expect(causeOf({ ...message, headers })).toBeUndefined();
  });

  test.each(['', 'v1.new', 'v2.new.c2hvcnQ', `v1.new.${'A'.repeat(44)}`, `v1.n w.${'A'.repeat(43)}`, 'ÿ'])(
    'that is not one (%j) is a bad signature, and no crash',
    (text) => {
      const message = signed();
      const headers = { ...message.headers, [SIGNATURE_HEADER]: Buffer.from(text) };
      expect(causeOf({ ...message, headers })).toBe('BAD_SIGNATURE');
    },
  );
});

describe('Keys', () => {
  test('none: nothing is signed or checked', () => {
    expect(messageSignatures([])).toBeUndefined();
  });

  test('several: the first signs, all are accepted', () => {
    const both = signaturesOf(NEW, OLD);
    expect(both.sign(MESSAGE).headers[SIGNATURE_HEADER]).toMatch(/^v1\.new\./);
    expect(causeOf(signed(signaturesOf(OLD)), both)).toBeUndefined();
    expect(causeOf(signed(signaturesOf(NEW)), both)).toBeUndefined();
  });

  test('rotate without a message lost: accepted everywhere, then signing, then the old one goes', () => {
    const steps = [[OLD], [OLD, NEW], [NEW, OLD], [NEW]].map((keys) => signaturesOf(...keys));
    for (const [index, step] of steps.entries()) {
      // While a step is rolled out, processes of two neighbouring steps talk to each other.
      for (const other of [steps[index - 1], step, steps[index + 1]]) {
        if (other === undefined) continue;
        expect(causeOf(signed(step), other)).toBeUndefined();
      }
    }
  });

  test('one that is not known here is named, with those that are', () => {
    const forgery = signaturesOf(NEW).verify(signed(signaturesOf(OLD)));
    expect(forgery).toMatchObject({ cause: 'UNKNOWN_SIGNING_KEY' });
    expect(forgery?.detail).toContain("'old'; accepted are new");
  });

  test('another secret under the same id is a bad signature', () => {
    const impostor = signaturesOf({ id: NEW.id, secret: 'a guess at the secret, of the same length as it' });
    expect(causeOf(signed(impostor))).toBe('BAD_SIGNATURE');
  });
});

/** Computed by another implementation of HMAC, from the description in docs/adr/0014. */
const FROZEN = 'v1.new.b47bcZQjgJf2q4jtfVRfMXIJrZFfnVog12QDOnSvdQo';
