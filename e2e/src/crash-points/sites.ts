import { basename } from 'node:path';
import type { SourceFile } from './path.ts';
import { type Pause, pausesIn } from './pauses.ts';
import { CRASH_POINTS } from './points.ts';

/** An await that has a name. */
export interface Site {
  readonly point: string;
  readonly pause: Pause;
}

export interface Naming {
  readonly sites: readonly Site[];
  /** What is wrong with the list of names, in words; none when it fits the source. */
  readonly flaws: readonly string[];
}

/** Gives every await of the files its name. */
export function nameAwaits(files: readonly SourceFile[]): Naming {
  const flaws: string[] = [];
  const sites: Site[] = [];
  for (const pause of files.flatMap(pausesIn)) {
    const names = [...CRASH_POINTS].filter(([, point]) => isAt(point, pause)).map(([name]) => name);
    const [point] = names;
    const where = `${pause.file}:${pause.line} awaits ${pause.awaits.slice(0, 80)}`;
    if (point === undefined) flaws.push(`${where}: no crash point has that name`);
    else if (names.length > 1) flaws.push(`${where}: it is both ${names.join(' and ')}`);
    else sites.push({ point, pause });
  }
  for (const [name, { awaits }] of CRASH_POINTS) {
    const files = new Set(sites.filter(({ point }) => point === name).map(({ pause }) => pause.file));
    if (files.size === 0) flaws.push(`${name}: nothing awaits ${awaits} any more`);
    if (files.size > 1) flaws.push(`${name}: ${[...files].join(' and ')} await the same: say which is meant`);
  }
  return { sites, flaws };
}

const isAt = (point: { readonly awaits: string; readonly file?: string }, pause: Pause): boolean =>
  pause.awaits.startsWith(point.awaits) && (point.file === undefined || point.file === basename(pause.file));
