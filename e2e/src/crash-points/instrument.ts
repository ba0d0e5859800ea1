import type { SourceFile } from './path.ts';
import type { Site } from './sites.ts';

/** What the services' code is loaded with in a crash test; the hook puts it there. */
export const GLOBAL = '__crashPoints';

/**
 * `await work` becomes `answered(await sent(fault() ?? work))`, and `work.then(…)` becomes `followed(fault() ?? work).then(…)`:
 * a process can die when the work was begun and when it was answered, and the work can be made to fail. Lines keep their
 * numbers.
 */
export function instrumented({ path, text }: SourceFile, sites: readonly Site[]): string {
  const insertions = sites
    .filter(({ pause }) => pause.file === path)
    .flatMap(({ point, pause: { kind, start, operandStart, operandEnd } }) => {
      const name = JSON.stringify(point);
      const points = `globalThis.${GLOBAL}`;
      const work = `${points}.fault(${name}) ?? `;
      if (kind === 'then')
        return [
          { at: operandStart, text: `${points}.followed(${name}, ${work}` },
          { at: operandEnd, text: ')' },
        ];
      return [
        { at: start, text: `${points}.answered(${name}, ` },
        { at: operandStart, text: `${points}.sent(${name}, ${work}` },
        { at: operandEnd, text: '))' },
      ];
    })
    .toSorted((a, b) => a.at - b.at);
  let result = '';
  let from = 0;
  for (const { at, text: inserted } of insertions) {
    result += text.slice(from, at) + inserted;
    from = at;
  }
  return result + text.slice(from);
}
