import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const adminTokenFile = (dataDir: string): string => join(dataDir, 'admin-token');

/** The bearer token of the admin procedures: made once, readable by its owner alone. */
export async function adminToken(dataDir: string): Promise<string> {
  const file = adminTokenFile(dataDir);
  const token = randomBytes(24).toString('hex');
  try {
    await writeFile(file, token, { mode: 0o600, flag: 'wx' });
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readFile(file, 'utf8')).trim();
  }
}
