import type { MikroORM } from '@mikro-orm/postgresql';
import { type DeadLetter, type DeadLetters, FORGED_LETTERS_KEPT } from '../dead-letters.ts';
import { FORGERY_CAUSES } from '../signatures/message-signatures.ts';

/**
 * Parks letters. One that comes again raises its count; when an operator had resolved it, or is at it, it is parked anew,
 * and a redrive under way has ended that way.
 * `keepsMore` may leave out what is new.
 */
const park = (keepsMore: string) => `
  with letter as (
    insert into dead_letters (id, topic, key, value, headers, cause, detail, attempts)
    select ?, ?, ?, decode(?, 'base64'), decode(?, 'base64'), ?, ?, ?::int where ${keepsMore}
    on conflict (id) do update set count = dead_letters.count + 1, last_at = clock_timestamp(),
      cause = excluded.cause, detail = excluded.detail, attempts = dead_letters.attempts + excluded.attempts,
      version = dead_letters.version + case when dead_letters.state = 'parked' then 0 else 1 end,
      state = 'parked', resolved_at = null, redriving_until = null
    returning id
  ), ended as (
    update dead_letter_actions a set outcome = 'parked-again', ended_at = clock_timestamp()
    from letter where a.letter_id = letter.id and a.outcome is null
  )
  select id from letter`;

const PARK = park('true');
const FORGED = FORGERY_CAUSES.map((cause) => `'${cause}'`).join(', ');
const PARK_FORGED = park(
  `(select count(*) from dead_letters where state = 'parked' and cause in (${FORGED})) < ${FORGED_LETTERS_KEPT}`,
);

export function deadLetterStore(orm: MikroORM): DeadLetters {
  const insert = async (sql: string, letter: DeadLetter): Promise<boolean> => {
    const { id, topic, key, value, headers, fault } = letter;
    const rows = await orm.em
      .fork()
      .execute<object[]>(sql, [
        id,
        topic,
        key,
        value?.toString('base64') ?? null,
        headers.toString('base64'),
        storable(fault.cause).slice(0, 200),
        storable(fault.detail).slice(0, 2_000),
        fault.attempts,
      ]);
    return rows.length > 0;
  };
  return {
    async park(letter) {
      await insert(PARK, letter);
    },
    parkForged: (letter) => insert(PARK_FORGED, letter),
  };
}

/** PostgreSQL's text takes no NUL. */
const storable = (text: string): string => text.replaceAll('\u0000', '\uFFFD');
