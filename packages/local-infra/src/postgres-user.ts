import { execFile } from 'node:child_process';
import { access, chown, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { LocalInfraError } from './errors.ts';

const run = promisify(execFile);
const NOBODY = 65534;

/** How the server's processes are started, and as whom; `says` is for the terminal. */
export interface ServerUser {
  readonly says: string;
  readonly prefix: readonly string[];
  readonly ids: { readonly uid?: number; readonly gid?: number };
}

/**
 * PostgreSQL refuses to run as root. Root therefore starts it in a user namespace, where the same files belong to
 * `nobody` (no account is made, the files stay root's). Where user namespaces are forbidden it runs as the account
 * `nobody`, which must then be able to enter the data folder.
 */
export async function serverUser(dataFolder: string, binary: string): Promise<ServerUser> {
  if (process.platform === 'win32' || process.getuid?.() !== 0) {
    return { says: 'the current user', prefix: [], ids: {} };
  }
  const namespace = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
  const [file = '', ...args] = namespace;
  const allowed = await run(file, [...args, 'true']).then(
    () => true,
    () => false,
  );
  if (allowed) return { says: 'nobody in a user namespace of its own', prefix: namespace, ids: {} };

  for (const path of [dataFolder, dirname(binary)]) await refuseIfNobodyCannotEnter(path);
  await chown(dataFolder, NOBODY, NOBODY);
  return { says: 'the account nobody', prefix: [], ids: { uid: NOBODY, gid: NOBODY } };
}

async function refuseIfNobodyCannotEnter(path: string): Promise<void> {
  await access(path, constants.R_OK);
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid } = await stat(folder);
    const bit = uid === NOBODY ? 0o100 : 0o001;
    if ((mode & bit) === 0) {
      throw new LocalInfraError(
        'ROOT_REFUSED',
        `PostgreSQL does not run as root, user namespaces are forbidden here, and the account nobody may not enter ${folder}: ` +
          'run as an ordinary user, or choose a folder that it may enter with --data-dir=/var/lib/order-saga',
      );
    }
    if (folder === dirname(folder)) return;
  }
}
