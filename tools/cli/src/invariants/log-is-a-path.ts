import { plural } from './amounts.ts';
import type { Check } from './check.ts';
import { judgePath } from './judge-path.ts';
import { perSaga, sagaName } from './saga-paths.ts';

/** Log, saga and order lie in one database and one snapshot: there is nothing to race with. */
export const logIsAPath: Check = {
  number: 6,
  title: 'Terminal states never change; the log is a path of the state machine',
  path(path, book) {
    book.count('transitions', path.entries.length * path.count);
    book.count('sagas', path.count);
    book.count('different paths');
    book.checkedRows += path.entries.length * path.count;
    for (const flaw of judgePath(path).log) {
      for (const ids of perSaga(path, (saga) => saga)) {
        book.found({ rule: 'log-is-no-path', text: `${sagaName(ids)} ${flaw}`, ...ids });
      }
    }
  },
  async ask(_world, book) {
    book.says = `${plural(book.figure('transitions'), 'transition')} of ${plural(book.figure('sagas'), 'saga')} along ${plural(book.figure('different paths'), 'different path')}`;
  },
};
