import { createHash } from 'node:crypto';
import { chmod, glob, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';

const WEB = fileURLToPath(new URL('.', import.meta.url));
const DIST = `${WEB}dist`;
const STAMP = 'sources.sha256';
/** What the pages are made of, from the root of the repository. */
const SOURCES = [
  'web/*.{html,ts,json}',
  'web/src/**/*',
  'packages/client/src/**/*',
  'contracts/src/trpc/console.ts',
  'package-lock.json',
];

/**
 * Makes `dist` when it is not made of the sources as they are: part of every set-up, so a start that finds nothing to
 * do must cost next to nothing. The new pages take the place of the old ones in one move; several may build at once.
 */
export async function buildPages(): Promise<'built' | 'fresh'> {
  const sources = await digestOfSources();
  if ((await readFile(`${DIST}/${STAMP}`, 'utf8').catch(() => '')) === sources) return 'fresh';
  const { build } = await import('vite');
  const made = await mkdtemp(`${WEB}.dist-`);
  const old = `${made}-old`;
  try {
    await build({
      configFile: `${WEB}vite.config.ts`,
      logLevel: 'error',
      build: { outDir: made, emptyOutDir: true },
    });
    await compressAssets(made);
    await writeFile(`${made}/${STAMP}`, sources);
    // A temporary folder is its owner's only; these are for whoever serves them.
    await chmod(made, 0o755);
    await rename(DIST, old).catch(ignoreMissing);
    await rename(made, DIST).catch(ignoreTaken);
  } finally {
    await Promise.all([made, old].map((folder) => rm(folder, { recursive: true, force: true })));
  }
  return 'built';
}

/** Once here instead of with every visit. */
async function compressAssets(folder: string): Promise<void> {
  for await (const path of glob('assets/*.{js,css,svg}', { cwd: folder })) {
    const text = await readFile(`${folder}/${path}`);
    await writeFile(`${folder}/${path}.br`, await promisify(brotliCompress)(text));
    await writeFile(`${folder}/${path}.gz`, await promisify(gzip)(text));
  }
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const paths: string[] = [];
  for await (const entry of glob(SOURCES, { cwd: `${WEB}..`, withFileTypes: true })) {
    if (entry.isFile()) paths.push(`${entry.parentPath}/${entry.name}`);
  }
  for (const path of paths.toSorted()) {
    const text = await readFile(path);
    hash.update(`${path.slice(WEB.length - 4)}\0${text.length}\0`).update(text);
  }
  return hash.digest('hex');
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** Another build was faster: its pages are made of the same sources. */
function ignoreTaken(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}

if (import.meta.main) await buildPages();
