import { isOver } from '@order-saga/saga';
import type { Clients } from '../clients/client.ts';
import type { Tables } from '../invariants/tables.ts';
import type { SimBroker } from '../network/sim-broker.ts';
import type { Process } from '../system/processes.ts';
import type { SimProvider } from '../system/sim-provider.ts';

export interface Resting {
  readonly tables: Tables;
  readonly broker: SimBroker;
  readonly clients: Clients;
  readonly processes: readonly Process<unknown>[];
  readonly provider: SimProvider;
}

/** Nothing is under way: no saga, no payment, no message, no request; and everybody is there to say so. */
export function isAtRest({ tables, broker, clients, processes, provider }: Resting): boolean {
  if (clients.open > 0 || broker.underWay > 0 || broker.isAway || provider.underWay > 0) return false;
  if (processes.some(({ life }) => life.isDead || life.isStopped)) return false;
  for (const saga of tables.sagas()) if (!isOver(saga.status as 'Started')) return false;
  for (const payment of tables.payments()) if (payment.status === 'pending') return false;
  for (const database of tables.databases())
    if (database.isAway || database.detached > 0 || database.table('outbox_events').rows.size > 0)
      return false;
  for (const group of broker.groups()) if (!group.isReadToTheEnd()) return false;
  return true;
}
