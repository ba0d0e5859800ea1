import { parseArgs, styleText } from 'node:util';
import { runningSystem } from '../running.ts';
import { CliError } from '../system/cli-error.ts';
import { plural } from './amounts.ts';
import { checkInvariants } from './check-invariants.ts';
import { formatInvariants } from './format.ts';
import type { InvariantReport, InvariantResult } from './report.ts';
import { isAtRest, type UnderWay, waitForRest } from './rest.ts';

const DEFAULT_WAIT_S = 30;

/** `npm run doctor -- --invariants [--at-rest] [--wait=30] [--json]`. Exit code 1 on a violation, or when rest does not come. */
export async function examine(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      invariants: { type: 'boolean' },
      'at-rest': { type: 'boolean', default: false },
      wait: { type: 'string', default: String(DEFAULT_WAIT_S) },
      json: { type: 'boolean', default: false },
      'data-dir': { type: 'string' },
    },
  });
  const waitMs = 1_000 * seconds(values.wait);
  const { databases, brokers } = await runningSystem(values['data-dir']);
  const mode = values['at-rest'] ? 'at-rest' : 'always';
  const left = mode === 'at-rest' ? await waitForRest(databases, waitMs) : null;
  const isRestless = left !== null && !isAtRest(left);
  const report = await checkInvariants({ databases, mode, brokers });
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else printInvariants(report);
  if (isRestless) console.error(`after ${waitMs / 1_000} s still under way: ${underWayText(left)}`);
  return report.holds && !isRestless ? 0 : 1;
}

/** The report in colours, where the terminal shows them (NO_COLOR is honoured). */
export function printInvariants(report: InvariantReport): void {
  const colour = { holds: 'green', violated: 'red', 'not checked': 'dim' } as const;
  const paint = (verdict: InvariantResult['verdict'], text: string) =>
    styleText(colour[verdict], text, { stream: process.stdout });
  console.log(formatInvariants(report, { paint }));
}

export const underWayText = ({ sagas, payments, messages }: UnderWay): string =>
  `${plural(sagas, 'saga')}, ${plural(payments, 'payment')}, ${plural(messages, 'message')} in the outboxes`;

function seconds(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number >= 0 && text.trim() !== '') return number;
  throw new CliError('USAGE', `--wait=${text} is not a number of seconds`);
}
