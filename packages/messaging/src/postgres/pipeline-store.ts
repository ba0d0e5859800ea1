import type { MikroORM } from '@mikro-orm/postgresql';
import type { PipelineStore } from '../pipeline.ts';
import type { TurnState } from '../session.ts';
import { deadLetterStore } from './dead-letter-store.ts';
import { outboxClaims } from './outbox-cold.ts';
import { openPostgresSession, type TurnSql, turnPatience } from './session.ts';

/** A pipeline's store in PostgreSQL: connections of its own for the lanes, the ORM's pool for everything else. */
export const postgresPipelineStore = <Message, State extends TurnState>(options: {
  /** Of the service; its lanes' connections are named after it. */
  readonly name: string;
  readonly databaseUrl: string;
  readonly orm: MikroORM;
  readonly turnSql: TurnSql<Message, State>;
}): PipelineStore<Message, State> => {
  const patience = turnPatience();
  return {
    openSession: () =>
      openPostgresSession({
        url: options.databaseUrl,
        applicationName: `${options.name} lane`,
        turnSql: options.turnSql,
        patience,
      }),
    outboxClaims: outboxClaims(options.orm),
    deadLetters: deadLetterStore(options.orm),
  };
};
