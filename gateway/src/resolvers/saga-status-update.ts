import type { SagaStatusUpdateResolvers } from '../generated/resolvers.ts';

export const SagaStatusUpdate: SagaStatusUpdateResolvers = {
  version: ({ seq }) => seq,
};
