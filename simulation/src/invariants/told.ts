import type { Told } from '../clients/client.ts';
import type { Coverage } from '../world/coverage.ts';
import type { Tables } from './tables.ts';

/** What clients were told stays true: versions grow, a version has one status, what was final is final (invariant 10). */
export function toldFlaws(told: readonly Told[], tables: Tables, coverage: Coverage): string[] {
  const flaws: string[] = [];
  const lastOf = new Map<string, number>();
  for (const { listener, orderId, version, status } of told) {
    coverage.met(`10: told ${status}`);
    const flaw = (text: string) => flaws.push(`${listener} was told of order ${orderId} ${text}`);
    const last = lastOf.get(`${listener} ${orderId}`) ?? 0;
    lastOf.set(`${listener} ${orderId}`, version);
    if (version < last) flaw(`version ${version} after version ${last}`);
    const saga = tables.sagaOfOrder(orderId);
    if (saga === undefined) {
      flaw('and it has no saga');
      continue;
    }
    const log = tables.history(saga);
    const entry = log.find(({ seq }) => seq === version);
    if (entry?.orderStatus !== status)
      flaw(`that version ${version} is ${status}, and its log says ${entry?.orderStatus ?? 'nothing of it'}`);
    const end = log.at(-1)?.orderStatus;
    if ((status === 'approved' || status === 'cancelled') && end !== status)
      flaw(`that it is ${status}, and it is ${end}`);
  }
  return flaws;
}
