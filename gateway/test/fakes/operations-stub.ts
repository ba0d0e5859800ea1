import type { OperationsHandlers } from '@order-saga/contracts';

/** What every service has and these tests do not look at. */
export const operationsStub: OperationsHandlers = {
  deadLetters: {
    list: async () => ({ items: [], nextCursor: null }),
    byId: async () => null,
    redrive: () => Promise.reject(new Error('there are no dead letters')),
    discard: () => Promise.reject(new Error('there are no dead letters')),
  },
  inbox: { byKeys: async (keys) => keys.map(() => null) },
  outbox: { stats: async () => ({ rows: 0, oldestAgeMs: null }) },
};
