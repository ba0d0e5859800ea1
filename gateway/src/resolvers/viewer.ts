import type { ViewerResolvers } from '../generated/resolvers.ts';

export const Viewer: ViewerResolvers = {
  roles: ({ customerId, scope }) => [
    ...(customerId === null ? [] : (['CUSTOMER'] as const)),
    ...(scope === 'all' ? (['SUPPORT'] as const) : []),
  ],
};
