import type { OperationsHandlers } from '@order-saga/contracts';

/** What the gateway never asks for. */
export const operationsStub: OperationsHandlers = {
  deadLetters: { list: async () => ({ items: [], nextCursor: null }), byId: async () => null },
  outbox: { stats: async () => ({ rows: 0, oldestAgeMs: null }) },
};
