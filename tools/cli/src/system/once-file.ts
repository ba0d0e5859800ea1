import { link, readFile, rm, writeFile } from 'node:fs/promises';

/** The text of a file that is made once, whole, and readable by its owner alone; of two that make it at once, one's stays. */
export async function onceFile(file: string, make: () => string | Promise<string>): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known !== null) return known.trim();
  const draft = `${file}.${process.pid}.${performance.now()}`;
  await writeFile(draft, await make(), { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(file, 'utf8')).trim();
}
