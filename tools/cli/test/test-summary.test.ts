import { expect, test } from 'vitest';
import { closingLines, type RunSummary, type VitestReport } from '../src/test-summary.ts';

type Task = RunSummary['tasks'][number];

const task = (name: string, more: Partial<Task> = {}): Task => ({
  task: name,
  package: 'order',
  directory: 'services/order',
  cache: { status: 'MISS' },
  execution: { exitCode: 0 },
  ...more,
});

const report = (more: Partial<VitestReport> = {}): VitestReport => ({
  success: true,
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  ...more,
});

const closing = (tasks: Task[], reports: Record<string, VitestReport>) =>
  closingLines({ tasks }, new Map(Object.entries(reports)));

test('the last line adds up all workspaces, and the line before says how many came from cache', () => {
  const tasks = [task('lint'), task('test'), task('test', { package: 'payment', cache: { status: 'HIT' } })];
  const { lines, failed } = closing(tasks, { order: report(), payment: report({ numPendingTests: 2 }) });
  expect(lines).toEqual(['tests of 1 of 2 workspaces came from cache', '10 passed, 0 failed, 2 skipped']);
  expect(failed).toBe(0);
});

test('a failing test is counted once, and its workspace is named', () => {
  const tasks = [task('test', { execution: { exitCode: 1 } })];
  const { lines } = closing(tasks, { order: report({ success: false, numFailedTests: 2 }) });
  expect(lines[0]).toBe('test of order failed');
  expect(lines.at(-1)).toBe('5 passed, 2 failed');
});

test('a failed lint is a failure in the last line, too', () => {
  const { lines, failed } = closing([task('lint', { execution: { exitCode: 1 } }), task('test')], {
    order: report(),
  });
  expect(lines[0]).toBe('lint of order failed');
  expect(lines.at(-1)).toBe('5 passed, 1 failed');
  expect(failed).toBe(1);
});

test('a workspace that wrote no report is a failure', () => {
  const { lines } = closing([task('test')], {});
  expect(lines[0]).toBe('test of order left no reports/test.json');
  expect(lines.at(-1)).toBe('0 passed, 1 failed');
});

test('a suite that could not be loaded is a failure although no test of it failed', () => {
  const tasks = [task('test', { execution: { exitCode: 1 } })];
  expect(closing(tasks, { order: report({ success: false }) }).lines.at(-1)).toBe('5 passed, 1 failed');
});
