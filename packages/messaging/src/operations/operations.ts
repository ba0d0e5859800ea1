import type { MikroORM } from '@mikro-orm/postgresql';
import type { DeadLetterAct, DeadLetterDetail, OperationsHandlers } from '@order-saga/contracts';
import type { Intake } from '../intake.ts';
import { deadLetterQueries } from '../postgres/dead-letter-queries.ts';
import { deadLetterVerbs } from '../postgres/dead-letter-verbs.ts';
import { inboxQueries } from '../postgres/inbox-queries.ts';
import { outboxQueries } from '../postgres/outbox-cold.ts';
import { purgeStore } from '../postgres/purge-store.ts';
import type { Log, Observer, Runtime } from '../runtime.ts';
import type { TurnState } from '../session.ts';
import { DeadLetterDesk } from './dead-letter-desk.ts';
import { Purge, type Retention } from './purge.ts';

export interface OperationsOptions {
  readonly orm: MikroORM;
  readonly intake: Pick<Intake<unknown, TurnState, unknown>, 'redrive' | 'topics'>;
  readonly retention: Retention;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly observer: Observer;
}

export interface Operations {
  readonly handlers: OperationsHandlers;
  start(): void;
  stop(): Promise<void>;
}

/** What operators of a service see and do, and what goes on for them by itself. */
export function createOperations({
  orm,
  intake,
  retention,
  runtime,
  log,
  observer,
}: OperationsOptions): Operations {
  const queries = deadLetterQueries(orm);
  const desk = new DeadLetterDesk({ verbs: deadLetterVerbs(orm, intake.topics), intake, runtime, log });
  const purge = new Purge({ store: purgeStore(orm), retention, runtime, log, observer });
  const after = (verb: 'redrive' | 'discard') => async (act: DeadLetterAct) => {
    await desk[verb](act);
    return (await queries.byId(act.id)) as DeadLetterDetail;
  };
  return {
    handlers: {
      deadLetters: { ...queries, redrive: after('redrive'), discard: after('discard') },
      inbox: inboxQueries(orm),
      outbox: outboxQueries(orm),
    },
    start() {
      desk.start();
      purge.start();
    },
    async stop() {
      await Promise.all([desk.stop(), purge.stop()]);
    },
  };
}
