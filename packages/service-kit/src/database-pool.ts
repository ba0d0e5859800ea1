import type { Socket } from 'node:net';
import type { Pool, PoolClient } from 'pg';
import type { Log } from './log.ts';

/**
 * Keeps a pool whole while its database restarts, fails over or falls silent. Idle connections that break are logged
 * (without a listener they would be uncaught exceptions); a connection in use that says nothing for `silenceMs` (0: for
 * ever) is cut; and one that breaks while in use goes back to the pool.
 */
export function guardPool(pool: Pool, options: { readonly log: Log; readonly silenceMs: number }): void {
  const { log, silenceMs } = options;
  const inUse = new Set<PoolClient>();
  pool.on('acquire', (client) => inUse.add(client));
  pool.on('release', (_error, client) => inUse.delete(client));
  pool.on('error', (err) => log.warn({ err }, 'an idle database connection was lost'));
  pool.on('connect', (client) => {
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    stream.setTimeout(silenceMs, () => {
      if (!inUse.has(client)) return;
      stream.destroy(new Error(`the database has said nothing for ${silenceMs} ms`));
    });
    client.once('end', () => {
      // Kysely gives a transaction's connection back only after a rollback that succeeded, so that each transaction
      // which lost its connection would take a place in the pool for good. Whoever does give it back has by then.
      setImmediate(() => {
        if (!inUse.has(client)) return;
        log.warn({}, 'a database connection was lost in the middle of a transaction');
        client.release(true);
      });
    });
  });
}
