import type { MikroORM } from '@mikro-orm/postgresql';
import type { DeadLetter, DeadLetterDetail, OperationsHandlers } from '@order-saga/contracts';
import { DeadLetterActionEntity, DeadLetterEntity } from './entities.ts';

/** What operators read of dead letters. */
export const deadLetterQueries = (
  orm: MikroORM,
): Pick<OperationsHandlers['deadLetters'], 'list' | 'byId'> => ({
  async list({ limit, cursor, state, cause }) {
    const after = readCursor(cursor);
    const rows = await orm.em.fork().find(
      DeadLetterEntity,
      {
        ...(state === undefined ? {} : { state }),
        ...(cause === undefined ? {} : { cause }),
        ...(after
          ? { $or: [{ lastAt: { $lt: after.at } }, { lastAt: after.at, id: { $lt: after.id } }] }
          : {}),
      },
      // A page without the messages themselves: each may have a megabyte.
      { fields: LISTED, orderBy: { lastAt: 'desc', id: 'desc' }, limit: limit + 1 },
    );
    const last = rows[limit - 1];
    return {
      items: rows.slice(0, limit).map(toListed),
      nextCursor: rows.length > limit && last ? `${last.lastAt.toISOString()}|${last.id}` : null,
    };
  },
  async byId(id) {
    const em = orm.em.fork();
    const row = await em.findOne(DeadLetterEntity, { id });
    if (row === null) return null;
    const actions = await em.find(
      DeadLetterActionEntity,
      { letterId: id },
      { orderBy: { at: 'asc', id: 'asc' } },
    );
    return toDetail(row, actions);
  },
});

const LISTED = [
  'id',
  'topic',
  'key',
  'cause',
  'state',
  'version',
  'count',
  'attempts',
  'firstAt',
  'lastAt',
] as const;

function readCursor(cursor: string | null | undefined): { at: Date; id: string } | null {
  const [at, id] = cursor?.split('|') ?? [];
  const time = at === undefined ? Number.NaN : Date.parse(at);
  return id === undefined || Number.isNaN(time) ? null : { at: new Date(time), id };
}

type Listed = Pick<DeadLetter, Exclude<(typeof LISTED)[number], 'firstAt' | 'lastAt'>> & {
  readonly firstAt: Date;
  readonly lastAt: Date;
};

interface Stored extends Listed {
  readonly detail: string;
  readonly value: Uint8Array | null;
  readonly headers: Uint8Array;
}

type StoredAction = Omit<DeadLetterDetail['actions'][number], 'at' | 'endedAt'> & {
  readonly at: Date;
  readonly endedAt: Date | null;
};

const toListed = (row: Listed): DeadLetter => ({
  id: row.id,
  topic: row.topic,
  key: row.key,
  cause: row.cause,
  state: row.state,
  version: row.version,
  count: row.count,
  attempts: row.attempts,
  firstAt: row.firstAt.toISOString(),
  lastAt: row.lastAt.toISOString(),
});

const toDetail = (row: Stored, actions: readonly StoredAction[]): DeadLetterDetail => ({
  ...toListed(row),
  detail: row.detail,
  value: row.value === null ? null : readable(Buffer.from(row.value)),
  headers: Object.fromEntries(
    Object.entries(headersOf(row.headers)).map(([name, value]) => [name, value.toString()]),
  ),
  actions: actions.map(({ verb, reason, operator, at, outcome, endedAt }) => ({
    verb,
    reason,
    operator,
    at: at.toISOString(),
    outcome,
    endedAt: endedAt?.toISOString() ?? null,
  })),
});

/** As `deadLetter` stored them. */
export function headersOf(stored: Uint8Array): Record<string, Buffer> {
  const headers = JSON.parse(Buffer.from(stored).toString()) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
  );
}

function readable(value: Buffer): { encoding: 'utf8' | 'base64'; data: string } {
  try {
    return { encoding: 'utf8', data: new TextDecoder('utf-8', { fatal: true }).decode(value) };
  } catch {
    return { encoding: 'base64', data: value.toString('base64') };
  }
}
