import { setTimeout as delay } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import { isDatabaseAway } from './database-away.ts';
import type { Log } from './log.ts';

const RETRY_MS = 250;

/**
 * Resolves once the database answers. While it is merely not there it is asked again, for `waitMs` (default 30 s). A
 * refusal that waiting does not change, such as a wrong password or an unknown database, rejects at once. The message
 * names the server and the remedy, never the password.
 */
export async function untilDatabaseAnswers(
  orm: MikroORM,
  options: { readonly log: Log; readonly waitMs?: number },
): Promise<void> {
  const { log, waitMs = 30_000 } = options;
  const until = performance.now() + waitMs;
  let hasWarned = false;
  for (;;) {
    try {
      await orm.em.fork().execute('select 1');
      return;
    } catch (cause) {
      const { message } = cause as Error;
      const mayPass = isDatabaseAway(cause) || /timeout/i.test(message);
      if (!mayPass || performance.now() >= until) {
        throw new Error(`the database at ${placeOf(orm)} cannot be used: ${message}; check DATABASE_URL`, {
          cause,
        });
      }
      if (!hasWarned) log.warn({ reason: message }, 'waiting for the database');
      hasWarned = true;
      await delay(RETRY_MS);
    }
  }
}

function placeOf(orm: MikroORM): string {
  const url = new URL(orm.config.get('clientUrl') ?? 'postgresql:');
  return `${url.host}${url.pathname}`;
}
