import type { Log } from '../src/log.ts';

export interface RecordedLine {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

/** A log whose lines a test can read. */
export function recordedLog(): Log & { readonly lines: RecordedLine[] } {
  const lines: RecordedLine[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  const log = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    child: () => log,
    flush: () => undefined,
  };
  return log;
}
