import type { ProductResolvers } from '../generated/resolvers.ts';

export const Product: ProductResolvers = {
  stock: (product) => product,
};
