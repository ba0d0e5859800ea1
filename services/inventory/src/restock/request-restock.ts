import { type InventoryHandlers, RequestError } from '@order-saga/contracts';
import type { Lanes } from '@order-saga/messaging';
import type { InventoryAnswer, InventoryMessage } from '../commands/inventory-message.ts';
import type { InventoryState } from '../stock/inventory-state.ts';

type InventoryLanes = Pick<Lanes<InventoryMessage, InventoryState, InventoryAnswer>, 'push'>;

/** A restock that has not begun by then has left the queue: nothing of it happened (rule L6). */
const EXPIRES_AFTER_MS = 2_000;

/** An operator's restock goes the way of every change of stock, through the lanes under its own key (rule L5). */
export function requestRestock(lanes: InventoryLanes): InventoryHandlers['inventory']['restock'] {
  return (input) =>
    new Promise((resolve, reject) => {
      lanes.push({
        message: { kind: 'restock', input },
        isUrgent: false,
        committed: (answer) => {
          if (answer.kind !== 'restock') return reject(new Error(`a restock was answered as ${answer.kind}`));
          const { decision } = answer;
          if (decision.kind === 'refused')
            return reject(new RequestError(decision.code, decision.message, { field: decision.field }));
          resolve({ productId: decision.restock.productId, available: decision.restock.availableAfter });
        },
        parked: async (fault) => {
          reject(new Error(`the restock ${input.key} cannot be stored: ${fault.cause}, ${fault.detail}`));
        },
        expiry: {
          afterMs: EXPIRES_AFTER_MS,
          expired: () =>
            reject(
              new RequestError(
                'OVERLOADED',
                `the stock could not be changed within ${EXPIRES_AFTER_MS} ms and was left as it is: send the same key again`,
                { retryAfterS: 1 },
              ),
            ),
        },
      });
    });
}
