import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, statfs, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SIZE_BYTES = 12 * 1024 ** 3;
/** So often is taken what PostgreSQL has given back meanwhile. */
const PASSES = 3;

/**
 * A file system of its own under PostgreSQL's data, in a sparse file, so that it can be full while the machine's is
 * not. It is mounted in a mount namespace of this process and its children: whatever becomes of them, it goes with them.
 */
export class SmallDisk {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async mount(image: string, folder: string): Promise<SmallDisk> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(image, '', { mode: 0o600 });
    await truncate(image, SIZE_BYTES);
    await run('mkfs.ext4', ['-q', '-F', '-m', '0', image]);
    await run('mount', ['-o', 'loop', image, folder]);
    return new SmallDisk(folder);
  }

  async fill(): Promise<void> {
    for (let pass = 0; pass < PASSES; pass += 1) {
      const { bavail, bsize } = await statfs(this.#folder);
      if (bavail === 0) return;
      // What was promised and is taken by somebody else at the same moment ends in this error, with the disk full.
      await run('fallocate', ['-l', String(bavail * bsize), this.#ballast(pass)]).catch(() => undefined);
    }
  }

  async free(): Promise<void> {
    for (let pass = 0; pass < PASSES; pass += 1) await rm(this.#ballast(pass), { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', [this.#folder]);
  }

  #ballast(pass: number): string {
    return join(this.#folder, `ballast-${pass}`);
  }
}

/** Why no file system can be mounted here, in words for the report; null when one can. */
export async function mountImpossibleReason(): Promise<string | null> {
  if (process.platform !== 'linux') return 'only Linux has the mounts that this needs';
  if (process.getuid?.() !== 0) return 'only root may mount a file system';
  return run('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).then(
    () => null,
    () => 'mounting is forbidden here, as in an ordinary container',
  );
}

/** Runs the program again, where what it mounts is seen by nobody else; answers its exit code. */
export async function runInMountNamespace(script: string, args: readonly string[]): Promise<number> {
  const child = spawn('unshare', ['--mount', process.execPath, script, ...args], { stdio: 'inherit' });
  // Ctrl-C reaches the child as well, and it is the one that drains.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('SIGINT', ignore);
  return code ?? 1;
}
