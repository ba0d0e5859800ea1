import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import {
  type DeadLetterAct,
  type DeadLetterState,
  type DeadLetterVerb,
  RequestError,
} from '@order-saga/contracts';
import { TOO_LARGE_FOR_BROKER } from '../dead-letters.ts';
import type { LetterVerbs, RedrivenLetter } from '../operations/dead-letter-desk.ts';
import { headersOf } from './dead-letter-queries.ts';

/**
 * What operators do with dead letters: each act is a row of `dead_letter_actions`, committed together with what it changes.
 * The letter's row is locked and its version compared, so that of two operators one acts.
 */
export const deadLetterVerbs = (orm: MikroORM, readTopics: readonly string[]): LetterVerbs => ({
  redrive: (act) =>
    orm.em.fork().transactional(async (em) => {
      const letter = await lock(em, act);
      if (letter.cause === TOO_LARGE_FOR_BROKER) {
        await note(em, act, 'redrive', 'in-outbox');
        await toOutbox(em, act.id);
        await em.execute(RESOLVE, ['redriven', act.id]);
        return null;
      }
      if (!readTopics.includes(letter.topic))
        throw new RequestError(
          'NOT_PARKED',
          `this service does not read ${letter.topic}: the letter can be discarded, or redriven where the topic is read`,
        );
      await note(em, act, 'redrive', null);
      const [row] = await em.execute<StoredLetter[]>(BEGIN, [act.id]);
      return row ? redriven(row) : null;
    }),

  discard: (act) =>
    orm.em.fork().transactional(async (em) => {
      await lock(em, act);
      await note(em, act, 'discard', 'discarded');
      await em.execute(RESOLVE, ['discarded', act.id]);
    }),

  async handled(id) {
    await orm.em.fork().execute(HANDLED, [id]);
  },

  async takeAbandoned(own) {
    const rows = await orm.em.fork().execute<StoredLetter[]>(TAKE_ABANDONED, [JSON.stringify(own)]);
    return rows.map(redriven);
  },
});

/** Until then the process that redrives is believed to be at it; afterwards another one begins anew. */
const LEASE = `clock_timestamp() + interval '60 seconds'`;
const LETTER = `id, topic, key, encode(value, 'base64') as value, encode(headers, 'base64') as headers, cause,
  extract(epoch from clock_timestamp())::float8 * 1000 as now`;

const LOCK = 'select topic, cause, state, version from dead_letters where id = ? for update';

/** Asked after the lock: what came before it may have been seen by nobody. */
const LAST_ACT = `
  select operator, at from dead_letter_actions where letter_id = ? order by at desc, id desc limit 1`;

const BEGIN = `
  update dead_letters set state = 'redriving', version = version + 1, redriving_until = ${LEASE}
  where id = ? returning ${LETTER}`;

const RESOLVE = `
  update dead_letters set state = ?, version = version + 1, resolved_at = clock_timestamp() where id = ?`;

/** Nothing, when it was parked again meanwhile. */
const HANDLED = `
  with letter as (
    update dead_letters set state = 'redriven', version = version + 1, resolved_at = clock_timestamp(), redriving_until = null
    where id = ? and state = 'redriving' returning id
  )
  update dead_letter_actions a set outcome = 'handled', ended_at = clock_timestamp()
  from letter where a.letter_id = letter.id and a.outcome is null`;

const NOTE = `
  insert into dead_letter_actions (letter_id, verb, reason, operator, outcome, ended_at)
  values (?, ?, ?, ?, ?, case when ?::text is null then null else clock_timestamp() end)`;

/** The process keeps what it is at, and takes what nobody is at any more. */
const TAKE_ABANDONED = `
  with own as (
    select array(select jsonb_array_elements_text(?::jsonb)) as ids
  ), kept as (
    update dead_letters d set redriving_until = ${LEASE}
    from own where d.state = 'redriving' and d.id = any(own.ids)
  ), due as (
    select d.id from dead_letters d, own
    where d.state = 'redriving' and d.redriving_until < clock_timestamp() and d.id <> all(own.ids)
    order by d.redriving_until limit 20 for update of d skip locked
  )
  update dead_letters set redriving_until = ${LEASE} where id in (select id from due) returning ${LETTER}`;

/** Its text came from the outbox, so it is text again. */
const TO_OUTBOX = `
  insert into outbox_events (id, gen, topic, key, type, value, headers)
  select ?::uuid, gen_random_uuid(), topic, coalesce(key, ''), ?, convert_from(value, 'UTF8'), ?
  from dead_letters where id = ?`;

interface LockedLetter {
  readonly topic: string;
  readonly cause: string;
  readonly state: DeadLetterState;
  readonly version: number;
}

interface StoredLetter {
  readonly id: string;
  readonly topic: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: string;
  readonly cause: string;
  readonly now: number;
}

async function lock(em: EntityManager, act: DeadLetterAct): Promise<LockedLetter> {
  const [letter] = await em.execute<LockedLetter[]>(LOCK, [act.id]);
  if (letter === undefined) throw new RequestError('NOT_FOUND', `there is no dead letter ${act.id}`);
  const { state, version } = letter;
  if (version === act.expectedVersion && state === 'parked') return letter;
  const [last] = await em.execute<{ operator: string; at: Date | string }[]>(LAST_ACT, [act.id]);
  const by = last === undefined ? '' : `, last by ${last.operator} at ${new Date(last.at).toISOString()}`;
  throw version === act.expectedVersion
    ? new RequestError(
        'NOT_PARKED',
        `the letter is ${state}${by}: only one that is parked can be redriven or discarded`,
      )
    : new RequestError(
        'CHANGED_MEANWHILE',
        `the letter is ${state} and has version ${version}, not ${act.expectedVersion}${by}: look at it again, then decide`,
      );
}

const note = (em: EntityManager, act: DeadLetterAct, verb: DeadLetterVerb, outcome: string | null) =>
  em.execute(NOTE, [act.id, verb, act.reason, act.operator, outcome, outcome]);

async function toOutbox(em: EntityManager, id: string): Promise<void> {
  const [row] = await em.execute<{ headers: string }[]>(
    `select encode(headers, 'base64') as headers from dead_letters where id = ?`,
    [id],
  );
  const headers = Object.fromEntries(
    Object.entries(headersOf(Buffer.from(row?.headers ?? '', 'base64'))).map(([name, value]) => [
      name,
      value.toString(),
    ]),
  );
  await em.execute(TO_OUTBOX, [headers.ce_id, headers.ce_type ?? '', JSON.stringify(headers), id]);
}

const redriven = (row: StoredLetter): RedrivenLetter => ({
  id: row.id,
  topic: row.topic,
  key: row.key,
  value: row.value === null ? null : Buffer.from(row.value, 'base64'),
  headers: headersOf(Buffer.from(row.headers, 'base64')),
  cause: row.cause,
  now: row.now,
});
