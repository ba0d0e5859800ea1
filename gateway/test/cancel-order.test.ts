import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gatewayWithFakes, type TestGateway } from './fakes/gateway-with-fakes.ts';

const NO_ORDER = '99999999-9999-9999-9999-999999999999';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await gatewayWithFakes();
});
afterEach(() => gateway.stop());

describe('cancelOrder', () => {
  const CANCEL = `mutation Cancel($input: CancelOrderInput!) {
    cancelOrder(input: $input) { order { id saga { status } } userErrors { code field } }
  }`;
  const cancel = async (input: Record<string, unknown>) =>
    (await gateway.http.ask(CANCEL, { input })).data.cancelOrder;

  test('asks the saga to undo the order', async () => {
    const { id } = gateway.orders.place();
    expect(await cancel({ orderId: id })).toEqual({
      order: { id, saga: { status: 'COMPENSATING' } },
      userErrors: [],
    });
  });

  test('is past undoing once the order is approved', async () => {
    const { id } = gateway.orders.place();
    gateway.orders.advance(id, { orderStatus: 'approved' });
    expect((await cancel({ orderId: id })).userErrors).toEqual([
      { code: 'PAST_PIVOT', field: ['input', 'orderId'] },
    ]);
  });

  test('names what is wrong with its input', async () => {
    const { id } = gateway.orders.place();
    const codes = async (input: Record<string, unknown>) => (await cancel(input)).userErrors[0].code;
    expect(await codes({ orderId: NO_ORDER })).toBe('ORDER_NOT_FOUND');
    expect(await codes({ orderId: 'no uuid' })).toBe('ORDER_NOT_FOUND');
    expect(await codes({ orderId: id, reason: '' })).toBe('INVALID_REASON');
    expect(await codes({ orderId: id, requestId: 'x' })).toBe('INVALID_REQUEST_ID');
    expect(gateway.orders.calls.cancel).toBeUndefined();
  });
});
