import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import {
  COMMAND_TYPES,
  type Command,
  encodeCommand,
  encodeOrderEvent,
  encodeParticipantEvent,
  encodeReply,
  inventoryCommandSchema,
  type OrderEvent,
  orderCommandSchema,
  orderEventSchema,
  type ParticipantEvent,
  paymentCommandSchema,
  paymentResultSchema,
  type Reply,
  replySchema,
  reservationResultSchema,
} from '../src/index.ts';

/**
 * Messages as they were once written. They lie in topics, inboxes and dead letters of running systems: these files are
 * only ever added to, and every version of this code reads them.
 */
const fixture = <Item>(name: string): Item[] =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'));

const SCHEMAS = [orderCommandSchema, paymentCommandSchema, inventoryCommandSchema];
/** A command is for exactly one topic: the other topics' schemas refuse it. */
function decodeCommand(wire: unknown): unknown {
  const decoded = SCHEMAS.map((schema) => schema.safeParse(wire)).filter(({ success }) => success);
  expect(decoded).toHaveLength(1);
  return decoded[0]?.data;
}

describe('a command of the seed', () => {
  const commands = fixture<{ wire: { command_type: string; payload: object }; decoded: Command }>(
    'seed-commands',
  );

  it('has a frozen example of every type', () => {
    const types = commands.map(({ wire }) => wire.command_type);
    expect(new Set(types)).toEqual(new Set(COMMAND_TYPES.filter((type) => type !== 'ConfirmInventory')));
  });

  test.each(commands)('$wire.command_type is read', ({ wire, decoded }) => {
    expect(decodeCommand(wire)).toEqual(decoded);
    expect(decodeCommand({ ...wire, colour: 'blue', payload: { ...wire.payload, colour: 'blue' } })).toEqual(
      decoded,
    );
  });

  test.each(commands)(
    '$wire.command_type is written so that the seed reads it: its fields, its values',
    ({ wire, decoded }) => {
      expect(JSON.parse(encodeCommand(decoded))).toMatchObject(wire);
    },
  );

  test.each(commands)('$wire.command_type without one of its fields is refused', ({ wire }) => {
    for (const field of Object.keys(wire)) {
      const rest = Object.entries(wire).filter(([name]) => name !== field);
      for (const schema of SCHEMAS) expect(schema.safeParse(Object.fromEntries(rest)).success).toBe(false);
    }
    for (const field of Object.keys(wire.payload)) {
      const rest = Object.entries(wire.payload).filter(([name]) => name !== field);
      const payload = Object.fromEntries(rest);
      for (const schema of SCHEMAS) expect(schema.safeParse({ ...wire, payload }).success).toBe(false);
    }
  });
});

describe('a reply of the seed', () => {
  const replies = fixture<{ about: string; wire: Record<string, unknown> }>('seed-replies');

  test.each(replies)('to $about, $wire.status, is read, and written again as it was', ({ wire }) => {
    const decoded = replySchema.parse(wire);
    expect(decoded).toMatchObject({ commandId: wire.command_id, sagaId: wire.saga_id, errorCode: null });
    expect(JSON.parse(encodeReply(decoded))).toEqual(wire);
  });

  const results = { ProcessPayment: paymentResultSchema, ReserveInventory: reservationResultSchema };
  test.each(replies.filter(({ wire }) => wire.status === 'Success'))(
    'to $about has a result that is believed of its step, and of no other (rule P7)',
    ({ about, wire }) => {
      for (const [step, schema] of Object.entries(results)) {
        expect(schema.safeParse(wire.result).success).toBe(step === about);
      }
    },
  );
});

describe('what we have written', () => {
  test.each(fixture<{ decoded: Command; text: string }>('own-commands'))(
    'as $decoded.type $decoded.id is read, and written to the letter',
    ({ decoded, text }) => {
      expect(decodeCommand(JSON.parse(text))).toEqual(decoded);
      expect(encodeCommand(decoded)).toBe(text);
    },
  );

  test.each(fixture<{ decoded: Reply; text: string }>('own-replies'))(
    'as reply $decoded.id, $decoded.status, is read, and written to the letter',
    ({ decoded, text }) => {
      expect(replySchema.parse(JSON.parse(text))).toEqual(decoded);
      expect(encodeReply(decoded)).toBe(text);
    },
  );

  test.each(fixture<{ decoded: OrderEvent; text: string }>('own-order-events'))(
    'as $decoded.type is read, and written to the letter',
    ({ decoded, text }) => {
      const { id, type, sagaId, transitions, order } = decoded;
      const { orderId, customerId } = order;
      expect(orderEventSchema.parse(JSON.parse(text))).toEqual({
        id,
        type,
        orderId,
        customerId,
        sagaId,
        transitions,
      });
      expect(encodeOrderEvent(decoded)).toBe(text);
    },
  );

  test.each(fixture<{ decoded: ParticipantEvent; text: string }>('own-participant-events'))(
    'as $decoded.type is written to the letter',
    ({ decoded, text }) => expect(encodeParticipantEvent(decoded)).toBe(text),
  );

  it('as OrderCreated begins with the event of the seed, so that its consumers read it', () => {
    const [seed] = fixture<{ wire: object }>('seed-events');
    const [created] = fixture<{ text: string }>('own-order-events');
    expect(JSON.parse(created?.text ?? '')).toMatchObject(seed?.wire ?? {});
  });
});

it('an order of several lines has no single-line fields that a seed participant could take for all of it', () => {
  for (const { decoded, text } of fixture<{ decoded: Command; text: string }>('own-commands')) {
    if (!('lines' in decoded.payload)) continue;
    const { payload } = JSON.parse(text);
    expect('product_id' in payload).toBe(decoded.payload.lines.length === 1);
    expect('quantity' in payload).toBe(decoded.payload.lines.length === 1);
  }
});

describe('seed defect 10: what nobody knows does not decode', () => {
  test.each([
    ['an unknown command', { command_type: 'ShipOrder' }],
    ['a key too long for the seed', { idempotency_key: 'k'.repeat(256) }],
    ['no UUID', { saga_id: 'saga-1' }],
  ])('%s', (_what, change) => {
    for (const { wire } of fixture<{ wire: object }>('seed-commands'))
      for (const schema of SCHEMAS) expect(schema.safeParse({ ...wire, ...change }).success).toBe(false);
  });

  test('a status of no reply', () => {
    for (const { wire } of fixture<{ wire: object }>('seed-replies'))
      expect(replySchema.safeParse({ ...wire, status: 'Done' }).success).toBe(false);
  });
});
