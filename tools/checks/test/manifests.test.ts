import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packagesImportedBy, ROOT, trackedPaths, trackedTexts } from '../src/index.ts';

interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

const DEPENDENCY_FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

async function manifests(): Promise<{ path: string; manifest: Manifest }[]> {
  const paths = (await trackedPaths()).filter((path) => /(^|\/)package\.json$/.test(path));
  return Promise.all(
    paths.map(async (path) => ({ path, manifest: JSON.parse(await readFile(`${ROOT}/${path}`, 'utf8')) })),
  );
}

const dependenciesOf = (manifest: Manifest): [name: string, version: string][] =>
  DEPENDENCY_FIELDS.flatMap((field) => Object.entries((manifest[field] ?? {}) as Record<string, string>));

test('every version is exact, and a package has one version in all workspaces', async () => {
  const versions = new Map<string, Set<string>>();
  const inexact: string[] = [];
  for (const { path, manifest } of await manifests()) {
    for (const [name, version] of dependenciesOf(manifest)) {
      if (!EXACT.test(version)) inexact.push(`${path}: ${name}@${version}`);
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
  }
  expect(versions.size).toBeGreaterThan(20);
  expect(inexact).toEqual([]);
  expect(
    [...versions].filter(([, found]) => found.size > 1).map(([name, found]) => [name, ...found]),
  ).toEqual([]);
});

test('what is installed is what the manifests and the lockfile say', async () => {
  const answer = await promisify(execFile)('npm', ['ls', '--all', '--json'], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: { stdout: string }) => error);
  expect(JSON.parse(answer.stdout).problems ?? []).toEqual([]);
});

test('seed defect 77: every workspace can be linted, type-checked and tested by itself, and is under the MIT licence', async () => {
  const workspaces = (await manifests()).filter(({ path }) => path !== 'package.json');
  expect(workspaces.length).toBeGreaterThan(12);
  for (const { path, manifest } of workspaces) {
    expect(manifest.scripts, path).toMatchObject({
      lint: expect.stringContaining('biome'),
      typecheck: expect.stringContaining('tsc'),
      test: expect.stringContaining('vitest'),
    });
    expect(manifest.license, path).toBe('MIT');
  }
});

test('MikroORM is not taken by its unscoped name, which is an empty package', async () => {
  const names = (await manifests()).flatMap(({ manifest }) => dependenciesOf(manifest).map(([name]) => name));
  expect(names).toContain('@mikro-orm/core');
  expect(names).not.toContain('mikro-orm');
});

test('what the code in the image imports is among the dependencies of its workspace: the image has no others', async () => {
  const dockerfile = await readFile(`${ROOT}/Dockerfile`, 'utf8');
  const workspaces = (await manifests()).filter(({ path }) => dockerfile.includes(`COPY ${path} `));
  expect(workspaces.length).toBeGreaterThan(5);
  const missing: string[] = [];
  for (const { path, manifest } of workspaces) {
    const folder = path.replace(/package\.json$/, '');
    const files = await trackedTexts((file) => file.startsWith(`${folder}src/`) && file.endsWith('.ts'));
    const declared = Object.keys((manifest.dependencies ?? {}) as Record<string, string>);
    for (const name of packagesImportedBy(files, manifest.name))
      if (!declared.includes(name)) missing.push(`${folder} imports ${name}`);
  }
  expect(missing).toEqual([]);
});

test.each([
  ["import pg from 'pg';", ['pg']],
  ["import {\n  a,\n} from '@scope/name/deep';", ['@scope/name']],
  ['export * from "zod";\nimport \'side-effect\';', ['zod', 'side-effect']],
  ["const x = await import('late');", ['late']],
  [
    "import type { A } from 'types-only';\nimport { b } from './b.ts';\nimport { c } from 'node:fs';\nimport d from 'own';",
    [],
  ],
])('%j imports %j', (text, expected) => {
  expect(packagesImportedBy([{ path: 'a.ts', text }], 'own')).toEqual(expected);
});
