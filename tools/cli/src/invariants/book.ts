import type { InvariantResult, Violation } from './report.ts';

/** More than anybody reads; all of them are counted. */
const MOST_KEPT = 100;

/**
 * `suspect`: found by looking at two databases one after the other, or at a clock: it is reported only if a second look
 * finds it again. What one snapshot of one database shows needs no second look.
 */
export type Finding = Violation & { readonly suspect?: true };

/** What is written down of one invariant while it is checked. */
export class Book {
  readonly figures: Record<string, number> = {};
  readonly suspects = new Set<string>();
  checkedRows = 0;
  says = '';
  #notChecked = false;
  readonly #certain = new Map<string, Violation>();
  readonly #suspected = new Map<string, Violation>();
  #certainCount = 0;

  found({ suspect, ...violation }: Finding): void {
    const key = keyOf(violation);
    if (suspect) {
      this.suspects.add(key);
      if (this.#suspected.size < MOST_KEPT) this.#suspected.set(key, violation);
      return;
    }
    this.#certainCount += 1;
    if (this.#certain.size < MOST_KEPT) this.#certain.set(key, violation);
  }

  count(figure: string, by = 1): void {
    this.figures[figure] = (this.figures[figure] ?? 0) + by;
  }

  figure(name: string): number {
    return this.figures[name] ?? 0;
  }

  /** Nothing was looked at, for this reason. */
  skip(reason: string): void {
    this.#notChecked = true;
    this.says = reason;
  }

  /** `seenBefore`: the suspects of the first look; only those that are still there count. */
  result(about: { readonly number: number; readonly title: string }, seenBefore?: Book): InvariantResult {
    const confirmed = seenBefore === undefined ? new Set<string>() : seenBefore.suspects;
    const stillThere = [...this.suspects].filter((key) => confirmed.has(key));
    const suspected = [...this.#suspected].filter(([key]) => confirmed.has(key));
    const once = new Map([...(seenBefore ? seenBefore.#certain : []), ...this.#certain, ...suspected]);
    const certain = Math.max(this.#certainCount, seenBefore ? seenBefore.#certainCount : 0);
    const violations = [...once.values()].slice(0, MOST_KEPT);
    const violationCount = Math.max(certain + stillThere.length, violations.length);
    return {
      ...about,
      verdict: violationCount > 0 ? 'violated' : this.#notChecked ? 'not checked' : 'holds',
      says: this.says,
      figures: this.figures,
      violations,
      violationCount,
      checkedRows: this.checkedRows,
    };
  }
}

const keyOf = ({ rule, orderId, sagaId, productId, messageId }: Violation): string =>
  [rule, orderId, sagaId, productId, messageId].join(' ');
