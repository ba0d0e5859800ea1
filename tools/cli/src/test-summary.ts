/** What this reads of Turbo's run summary (`--summarize`). */
export interface RunSummary {
  readonly tasks: readonly {
    readonly task: string;
    readonly package: string;
    readonly directory: string;
    readonly cache: { readonly status: 'HIT' | 'MISS' };
    readonly execution?: { readonly exitCode: number };
  }[];
}

/** What this reads of vitest's JSON report. */
export interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
}

/**
 * The lines that end `npm test`. Whatever went wrong counts at least one failure, so that the last line alone tells
 * the truth: a failed lint, a suite that did not load, a workspace that wrote no report.
 */
export function closingLines(
  summary: RunSummary,
  reports: ReadonlyMap<string, VitestReport>,
): { readonly lines: readonly string[]; readonly failed: number } {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const problems: string[] = [];
  for (const task of summary.tasks) {
    const report = task.task === 'test' ? reports.get(task.package) : undefined;
    if (report !== undefined) {
      passed += report.numPassedTests;
      failed += report.numFailedTests;
      skipped += report.numPendingTests + report.numTodoTests;
    }
    const problem = problemOf(task, report);
    if (problem === null) continue;
    problems.push(problem);
    if (!report?.numFailedTests) failed += 1;
  }
  const suites = summary.tasks.filter(({ task }) => task === 'test');
  const cached = suites.filter(({ cache }) => cache.status === 'HIT').length;
  const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return {
    lines: [...problems, `tests of ${cached} of ${suites.length} workspaces came from cache`, counts],
    failed,
  };
}

function problemOf(task: RunSummary['tasks'][number], report: VitestReport | undefined): string | null {
  const name = `${task.task} of ${task.package}`;
  if (task.execution === undefined)
    return task.cache.status === 'HIT' ? missingReport(task, report) : `${name} did not run`;
  if (task.execution.exitCode !== 0) return `${name} failed`;
  return missingReport(task, report);
}

function missingReport(task: RunSummary['tasks'][number], report: VitestReport | undefined): string | null {
  if (task.task !== 'test') return null;
  if (report === undefined) return `test of ${task.package} left no reports/test.json`;
  return report.success ? null : `test of ${task.package} failed`;
}
