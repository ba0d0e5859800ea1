import { posix } from 'node:path';
import { LIBRARY_HOMES, MAY_IMPORT, PLACES, TESTS_MAY_IMPORT } from './boundary-rules.ts';

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly source: string;
}

export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
}

const OWN_SCOPE = '@order-saga/';
const IMPORT = /(?:\bfrom|\bimport|\bimport\(|\brequire\(|\brequire\.resolve\()\s*['"]([^'"]+)['"]/g;
/** Files at the root that every workspace's configuration may import. */
const SHARED = new Set(['vitest.shared.ts']);

/** Every place where the code crosses a boundary of `boundary-rules.ts`. */
export function boundaryViolations(files: readonly SourceFile[]): readonly Violation[] {
  return files.flatMap((file) => [...importViolations(file), ...placeViolations(file)]);
}

function importViolations(file: SourceFile): Violation[] {
  const workspace = workspaceOf(file.path);
  if (workspace === null) return [{ path: file.path, line: 1, rule: 'a file outside every known workspace' }];
  return linesOfCode(file).flatMap(({ text, line }) =>
    [...text.matchAll(IMPORT)].flatMap(([, target = '']) => {
      const rule = brokenBy(file.path, workspace, target);
      return rule === null ? [] : [{ path: file.path, line, rule }];
    }),
  );
}

function brokenBy(path: string, workspace: string, target: string): string | null {
  if (target.startsWith('.')) {
    const resolved = posix.normalize(posix.join(posix.dirname(path), target));
    return resolved.startsWith(`${workspace}/`) || SHARED.has(resolved)
      ? null
      : `${workspace} reaches into ${resolved} by a relative path`;
  }
  if (target.startsWith(OWN_SCOPE)) {
    const name = target.slice(OWN_SCOPE.length).split('/')[0] ?? '';
    if (name === nameOf(workspace)) return null;
    const allowed = [...(MAY_IMPORT[workspace] ?? []), ...(isTest(path) ? TESTS_MAY_IMPORT : [])];
    return allowed.includes(name) ? null : `${workspace} must not import ${OWN_SCOPE}${name}`;
  }
  for (const [library, home] of Object.entries(LIBRARY_HOMES)) {
    const isIt = target === library || target.startsWith(`${library}/`);
    if (isIt && !home.test(path)) return `${library} is imported in ${home.source} only`;
  }
  return null;
}

function placeViolations(file: SourceFile): Violation[] {
  if (isTest(file.path) || isToolConfiguration(file.path)) return [];
  const broken = PLACES.filter(
    ({ allowedIn, exceptions }) =>
      !(file.path in exceptions) && !allowedIn.some((place) => place.test(file.path)),
  );
  return linesOfCode(file).flatMap(({ text, line }) =>
    broken.filter(({ pattern }) => pattern.test(text)).map(({ rule }) => ({ path: file.path, line, rule })),
  );
}

/** Lines that are a comment from their first character say what they like. */
function linesOfCode({ source }: SourceFile): { text: string; line: number }[] {
  return source
    .split('\n')
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => !/^\s*(\/\/|\/\*|\*)/.test(text));
}

const workspaceOf = (path: string): string | null =>
  Object.keys(MAY_IMPORT).find((workspace) => path.startsWith(`${workspace}/`)) ?? null;

/** `services/order` is @order-saga/order-service; elsewhere folder and package are named alike. */
function nameOf(workspace: string): string {
  const folder = posix.basename(workspace);
  return workspace.startsWith('services/') ? `${folder}-service` : folder;
}

const isTest = (path: string): boolean => /(^|\/)test\/|\.test\.ts$/.test(path);

const isToolConfiguration = (path: string): boolean =>
  /^[^/]+(\/[^/]+)?\/(vitest\.config|codegen)\.ts$/.test(path);
