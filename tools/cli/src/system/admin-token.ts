import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { onceFile } from './once-file.ts';

export const adminTokenFile = (dataDir: string): string => join(dataDir, 'admin-token');

/** The bearer token of the admin procedures. */
export const adminToken = (dataDir: string): Promise<string> =>
  onceFile(adminTokenFile(dataDir), () => randomBytes(24).toString('hex'));
