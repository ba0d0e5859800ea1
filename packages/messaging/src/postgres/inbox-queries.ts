import type { MikroORM } from '@mikro-orm/postgresql';
import type { OperationsHandlers } from '@order-saga/contracts';
import { ProcessedCommandEntity } from './entities.ts';

/** What operators read of the inbox. */
export const inboxQueries = (orm: MikroORM): OperationsHandlers['inbox'] => ({
  async byKeys(keys) {
    const rows = await orm.em.fork().find(ProcessedCommandEntity, { idempotencyKey: { $in: [...keys] } });
    const found = new Map(rows.map((row) => [row.idempotencyKey, row]));
    return keys.map((key) => {
      const row = found.get(key);
      if (row === undefined) return null;
      const { idempotencyKey, commandId, commandType, outcome, reply, processedAt } = row;
      return {
        idempotencyKey,
        commandId,
        commandType,
        outcome,
        reply,
        processedAt: processedAt.toISOString(),
      };
    });
  },
});
