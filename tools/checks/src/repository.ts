import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

export interface TextFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** What git tracks and is still there. */
export async function trackedPaths(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], {
    cwd: ROOT,
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout.split('\0').filter((path) => path !== '');
}

/** Every tracked text file. A NUL character is what tells the others. */
export async function trackedTexts(wanted: (path: string) => boolean = () => true): Promise<TextFile[]> {
  const files = await Promise.all(
    (await trackedPaths()).filter(wanted).map(async (path): Promise<TextFile[]> => {
      const text = await readFile(`${ROOT}/${path}`, 'utf8').catch(() => null);
      return text === null || text.includes('\0') ? [] : [{ path, text }];
    }),
  );
  return files.flat();
}

export const isMarkdown = (path: string): boolean => path.endsWith('.md');
