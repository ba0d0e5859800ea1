import { z } from 'zod';
import { publicError } from '../pipeline/public-error.ts';

/**
 * A place in a list: the service's page (its own cursor, null for the first) and the item on it after which to go on;
 * without an item the page begins there. Naming the item and not its number keeps the place while the list grows.
 */
export interface Place {
  readonly page: string | null;
  readonly after: string | null;
}

const placeSchema = z.tuple([z.string().max(200).nullable(), z.string().max(200).nullable()]);

/** Opaque to clients; what is in it may change with any release. */
export const encodeCursor = ({ page, after }: Place): string =>
  Buffer.from(JSON.stringify([page, after])).toString('base64url');

export function decodeCursor(cursor: string): Place {
  try {
    const [page, after] = placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { page, after };
  } catch {
    throw publicError('BAD_USER_INPUT', 'This is no cursor of this list: pass on an `endCursor` unchanged.');
  }
}
