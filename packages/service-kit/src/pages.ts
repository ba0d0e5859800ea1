import {
  DriverException,
  type EntityManager,
  type EntityName,
  type FilterQuery,
  type QueryOrderMap,
} from '@mikro-orm/postgresql';
import { type Page, RequestError } from '@order-saga/contracts';

export interface PageQuery<Entity extends object> {
  readonly where: FilterQuery<NoInfer<Entity>>;
  /** Ends with a unique column. Times in it are `timestamptz(3)`: a `Date` has no microseconds to go on from. */
  readonly orderBy: QueryOrderMap<Entity>;
  readonly limit: number;
  /** The `nextCursor` of the page before. One that was not made here is refused with INVALID_INPUT. */
  readonly cursor?: string | null | undefined;
}

/** One keyset page: rows that come and go meanwhile make no other row appear twice or not at all. */
export async function pageOf<Entity extends object, View>(
  em: EntityManager,
  entity: EntityName<Entity>,
  query: PageQuery<Entity>,
  view: (row: Entity) => View,
): Promise<Page<View>> {
  const { where, orderBy, limit, cursor } = query;
  const { properties } = em.getMetadata().get(entity);
  const columns = Object.keys(orderBy).map((key) => properties[key as keyof typeof properties].runtimeType);
  if (cursor && !isCursor(cursor, columns)) throw invalidCursor();
  try {
    const found = await em.findByCursor<Entity, never, never, never, false>(entity, {
      where,
      orderBy,
      first: limit,
      includeCount: false,
      ...(cursor ? { after: cursor } : {}),
    });
    const items = found.items.map((row) => view(row as Entity));
    return { items, nextCursor: found.hasNextPage ? found.endCursor : null };
  } catch (error) {
    if (cursor && isAboutTheCursor(error)) throw invalidCursor();
    throw error;
  }
}

/**
 * MikroORM takes a cursor of the wrong length for none, which would begin the list again and again, and a text that is
 * no time for a fault of the database.
 */
function isCursor(cursor: string, columns: readonly string[]): boolean {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return (
      Array.isArray(values) &&
      values.length === columns.length &&
      columns.every(
        (type, i) => isScalar(values[i]) && (type !== 'Date' || !Number.isNaN(Date.parse(values[i]))),
      )
    );
  } catch {
    return false;
  }
}

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

/** A value that its column's type refuses: in MikroORM, or in PostgreSQL (SQLSTATE class 22). */
function isAboutTheCursor(error: unknown): boolean {
  if (error instanceof DriverException) return String(error.code).startsWith('22');
  return error instanceof Error && error.constructor.name === 'CursorError';
}

const invalidCursor = (): RequestError =>
  new RequestError('INVALID_INPUT', 'cursor: send the nextCursor of the page before, as it was', {
    field: 'cursor',
  });
