import type { Page } from '@order-saga/contracts';
import { publicError } from '../pipeline/public-error.ts';
import { decodeCursor, encodeCursor, type Place } from './cursor.ts';

export const MAX_FIRST = 100;
const DEFAULT_FIRST = 20;
/** An item that is not found on so many full pages after its cursor is gone. */
const MAX_PAGES_SEARCHED = 5;

export interface Connection<Item> {
  readonly edges: { readonly cursor: string; readonly node: Item }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

export type FetchPage<Item> = (request: { limit: number; cursor: string | null }) => Promise<Page<Item>>;

/**
 * A Relay connection over a service's pages. Paging by `endCursor` is one call a page; a cursor from the middle of a
 * page reads that page again and goes on after its item.
 */
export async function connectionOf<Item extends { readonly id: string }>(
  args: { first?: number | null; after?: string | null },
  fetchPage: FetchPage<Item>,
): Promise<Connection<Item>> {
  const first = firstOf(args.first);
  const start: Place = args.after == null ? { page: null, after: null } : decodeCursor(args.after);
  const edges: { cursor: string; node: Item }[] = [];
  let page = start.page;
  let skipTo = start.after;

  for (let searched = 0; ; ) {
    const limit = skipTo === null ? first - edges.length : MAX_FIRST;
    const { items, nextCursor } = await fetchPage({ limit, cursor: page });
    const from = skipTo === null ? 0 : items.findIndex(({ id }) => id === skipTo) + 1;
    if (skipTo === null || from > 0) {
      const taken = items.slice(from, from + first - edges.length);
      taken.forEach((node, index) => {
        const isLastOfPage = from + index === items.length - 1;
        const cursor =
          isLastOfPage && nextCursor !== null
            ? encodeCursor({ page: nextCursor, after: null })
            : encodeCursor({ page, after: node.id });
        edges.push({ cursor, node });
      });
      skipTo = null;
      const hasMoreOnPage = from + taken.length < items.length;
      if (edges.length === first || nextCursor === null) {
        return {
          edges,
          pageInfo: pageInfoOf(edges, hasMoreOnPage || nextCursor !== null, args.after != null),
        };
      }
    } else if (nextCursor === null || ++searched === MAX_PAGES_SEARCHED) {
      throw publicError(
        'BAD_USER_INPUT',
        'What this cursor points at is no longer in the list: begin again.',
      );
    }
    page = nextCursor;
  }
}

function firstOf(first: number | null | undefined): number {
  const asked = first ?? DEFAULT_FIRST;
  if (asked >= 1 && asked <= MAX_FIRST) return asked;
  throw publicError('BAD_USER_INPUT', `\`first\` must be from 1 to ${MAX_FIRST}; found ${asked}.`);
}

const pageInfoOf = (
  edges: readonly { readonly cursor: string }[],
  hasNextPage: boolean,
  hasPreviousPage: boolean,
): Connection<never>['pageInfo'] => ({
  hasNextPage,
  hasPreviousPage,
  startCursor: edges[0]?.cursor ?? null,
  endCursor: edges.at(-1)?.cursor ?? null,
});
