import { BRANCHES, FAULT_KINDS } from '../invariants/branches.ts';
import type { Coverage } from '../world/coverage.ts';

const WIDTH = 118;

/** How often each fault and each branch of each invariant was met; what was expected and never met comes first. */
export function describeCoverage(coverage: Coverage): string[] {
  for (const kind of FAULT_KINDS) coverage.met(`fault: ${kind}`, 0);
  for (const branch of BRANCHES) coverage.met(branch, 0);
  const groups = new Map<string, [string, number][]>();
  for (const [name, times] of coverage.entries().sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [group = '', ...rest] = name.split(': ');
    const members = groups.get(group) ?? [];
    groups.set(group, members);
    members.push([rest.join(': ') || group, times]);
  }
  const lines: string[] = [];
  for (const [group, members] of groups) lines.push(...wrapped(titleOf(group), members));
  const never = coverage
    .entries()
    .filter(([, times]) => times === 0)
    .map(([name]) => name);
  if (never.length > 0) lines.push('', `never met, and so never checked: ${never.join('; ')}`);
  return lines;
}

const titleOf = (group: string): string => (/^\d+$/.test(group) ? `invariant ${group}` : group);

function wrapped(title: string, members: readonly (readonly [string, number])[]): string[] {
  const lines: string[] = [];
  let line = title.padEnd(14);
  for (const [name, times] of members) {
    const part = `${name} ${times.toLocaleString('en-US')}`;
    if (line.length + part.length > WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = ' '.repeat(14);
    }
    line += `${part} · `;
  }
  lines.push(line.replace(/ · $/, ''));
  return lines;
}
