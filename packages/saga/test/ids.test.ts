import { describe, expect, it } from 'vitest';
import { commandId, idempotencyKey } from '../src/index.ts';
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
});
