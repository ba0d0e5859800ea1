import { amountsText, amountText, plural } from './amounts.ts';
import type { Book } from './book.ts';
import type { Check } from './check.ts';
import type { OrderWithEffects } from './orders-with-effects.ts';

/** Each order by itself, which is stronger than the sum, and says which one is wrong. */
export const moneyAddsUp: Check = {
  number: 3,
  title: 'At rest: captured - refunded = total of the approved orders',
  look(order, book, { mode }) {
    if (order.sagaStatus === 'Failed') return;
    const { payment, sagaId } = order;
    const own = payment?.sagaId === sagaId ? payment : null;
    book.checkedRows += 1;
    book.count(`captured ${order.currency}`, own?.capturedMinor ?? 0);
    book.count(`refunded ${order.currency}`, own?.refundedMinor ?? 0);
    if (order.isApproved) {
      book.count('approved orders');
      book.count(`approved ${order.currency}`, order.totalMinor);
    }
    if (mode === 'at-rest') compare(order, own?.netMinor ?? 0, book);
  },
  async ask({ mode }, book) {
    const sums = (what: string) =>
      new Map(
        Object.entries(book.figures).flatMap(([name, minor]) =>
          new RegExp(`^${what} [A-Z]{3}$`).test(name) ? [[name.slice(-3), minor] as const] : [],
        ),
      );
    const sentence = `${amountsText(sums('captured'))} captured, ${amountsText(sums('refunded'))} given back; ${plural(book.figure('approved orders'), 'approved order')} worth ${amountsText(sums('approved'))}`;
    if (mode === 'at-rest') book.says = sentence;
    else book.skip(`holds at rest only; now ${sentence}`);
  },
};

function compare(order: OrderWithEffects, netMinor: number, book: Book): void {
  const { orderId, sagaId, sagaStatus, currency } = order;
  if (sagaStatus !== 'Completed' && sagaStatus !== 'Compensated') return;
  const owedMinor = order.isApproved ? order.totalMinor : 0;
  if (netMinor === owedMinor) return;
  const text = `order ${orderId} is ${order.isApproved ? 'approved' : 'cancelled'}, so ${amountText(owedMinor, currency)} should be kept of it, and ${amountText(netMinor, currency)} is`;
  book.found({ rule: 'money-does-not-add-up', text, orderId, sagaId, suspect: true });
}
