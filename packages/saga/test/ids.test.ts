import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandId, deriveUuid, idempotencyKey } from '../src/index.ts';
import { SAGA_ID } from './story.ts';

describe('derived ids', () => {
  it('stay what they are for ever: a re-send after an upgrade is still the same command', () => {
    expect(commandId(SAGA_ID, 'ProcessPayment', 'forward', 0)).toBe('924493ef-c282-841c-b599-ada66aadb99a');
    expect(idempotencyKey(SAGA_ID, 'ProcessPayment', 'forward', 0)).toBe(
      '5a6a0000-0000-4000-8000-000000000001:ProcessPayment:forward:0',
    );
  });

  it('differ by saga, step, direction and epoch', () => {
    const ids = [
      commandId(SAGA_ID, 'ProcessPayment', 'forward', 0),
      commandId(SAGA_ID, 'ProcessPayment', 'forward', 1),
      commandId(SAGA_ID, 'ProcessPayment', 'backward', 0),
      commandId(SAGA_ID, 'ReserveInventory', 'forward', 0),
      commandId('5a6a0000-0000-4000-8000-000000000002', 'ProcessPayment', 'forward', 0),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are UUIDs of version 8 in canonical spelling', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (namespace, parts) => {
        expect(deriveUuid(namespace, ...parts)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('do not depend on where one part ends and the next begins, nor meet across namespaces', () => {
    const ids = [
      deriveUuid('reply', 'ab', 'c'),
      deriveUuid('reply', 'a', 'bc'),
      deriveUuid('reply', 'abc'),
      deriveUuid('reply', 'ab|1:c'),
      deriveUuid('event', 'ab', 'c'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
