import { amountText, plural } from './amounts.ts';
import type { InvariantReport, InvariantResult, Violation } from './report.ts';

const MOST_SHOWN = 5;

export interface FormatOptions {
  /** Marks a verdict, as with colours; by default left as it is. */
  readonly paint?: (verdict: InvariantResult['verdict'], text: string) => string;
}

/** The report as lines for a terminal: one per invariant, its figures, and what is violated. */
export function formatInvariants(report: InvariantReport, options: FormatOptions = {}): string {
  const paint = options.paint ?? ((_verdict: InvariantResult['verdict'], text: string) => text);
  const lines: string[] = [];
  for (const result of report.results) {
    const { number, title, verdict, says, violations, violationCount } = result;
    lines.push(`${paint(verdict, MARKS[verdict].padEnd(11))} ${String(number).padStart(2)}  ${title}`);
    if (says !== '') lines.push(`${INDENT}${says}`);
    for (const { text } of violations.slice(0, MOST_SHOWN))
      lines.push(`${INDENT}${paint(verdict, '!')} ${text}`);
    const rest = violationCount - Math.min(violations.length, MOST_SHOWN);
    if (rest > 0) lines.push(`${INDENT}${paint(verdict, '!')} and ${rest} more`);
  }
  for (const { orderId, netMinor, currency, pieces } of report.liabilities) {
    lines.push(
      `open liability: order ${orderId} was given up; ${amountText(netMinor, currency)} and ${plural(pieces, 'piece')} of stock are to be settled by hand`,
    );
  }
  lines.push(summary(report));
  return lines.join('\n');
}

const MARKS = { holds: 'holds', violated: 'VIOLATED', 'not checked': 'not checked' } as const;
const INDENT = ' '.repeat(16);

function summary({ results, tookMs, mode }: InvariantReport): string {
  const violated = results.filter(({ verdict }) => verdict === 'violated').map(({ number }) => number);
  const skipped = results.filter(({ verdict }) => verdict === 'not checked').length;
  const rows = results.reduce((sum, { checkedRows }) => sum + checkedRows, 0);
  const held = results.length - violated.length - skipped;
  const looked = `${plural(rows, 'row')} looked at in ${(tookMs / 1000).toFixed(1)} s${mode === 'at-rest' ? ', at rest' : ''}`;
  return violated.length === 0
    ? `${held} of ${results.length} invariants hold${skipped > 0 ? `, ${skipped} not checked` : ''}; ${looked}`
    : `invariant${violated.length === 1 ? '' : 's'} ${violated.join(', ')} violated; ${looked}`;
}

/** All violations in one text, for the message of a failing test. */
export const violationsText = ({ results }: InvariantReport): string =>
  results
    .flatMap(({ number, violations }) =>
      violations.map((violation: Violation) => `${number}: ${violation.text}`),
    )
    .join('\n');
