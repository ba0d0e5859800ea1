import { plural } from './amounts.ts';
import type { Check } from './check.ts';
import { checkTold, type Observation } from './check-told.ts';
import { finalStates } from './final-states.ts';
import { judgePath } from './judge-path.ts';
import { perSaga } from './saga-paths.ts';

/** Every stream is served from the transition log, so the log shows what anybody can have been told. */
export const toldStaysTrue = (told: readonly Observation[] = []): Check => ({
  number: 10,
  title: 'What a client was told stays true: approved for ever, versions without a gap',
  path(path, book) {
    book.count('versions', path.entries.length * path.count);
    book.checkedRows += path.entries.length * path.count;
    for (const flaw of judgePath(path).told) {
      for (const ids of perSaga(path, (saga) => saga)) {
        book.found({
          rule: 'told-is-not-true',
          text: `order ${ids.orderId ?? `of saga ${ids.sagaId}`}: ${flaw}`,
          ...ids,
        });
      }
    }
  },
  async ask({ ordersNow }, book) {
    book.says = `${plural(book.figure('versions'), 'version')} in the log that clients are told from`;
    if (told.length === 0) return;
    book.figures['told to clients'] = told.length;
    book.checkedRows += told.length;
    book.says += `, and ${plural(told.length, 'answer')} that clients kept`;
    const ids = [...new Set(told.map(({ orderId }) => orderId))];
    // Later than anything that was told.
    for (const violation of checkTold(told, await finalStates(ordersNow, ids))) book.found(violation);
  },
});
