import { type ProductPartsFragment, ProductsDocument } from '@order-saga/client';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { gateway } from '../gateway.ts';

export type Product = ProductPartsFragment;

/** As many as one page of the API holds; a shop with more would page. */
const MOST = 100;
/** Others buy, too. */
const STOCK_EVERY_MS = 2_000;

export const useProducts = (): UseQueryResult<readonly Product[]> =>
  useQuery({
    queryKey: ['products'],
    queryFn: async ({ signal }) => {
      const { data } = await gateway.ask(ProductsDocument, { first: MOST }, { signal });
      return data.products.edges.map(({ node }) => node);
    },
    refetchInterval: STOCK_EVERY_MS,
  });
