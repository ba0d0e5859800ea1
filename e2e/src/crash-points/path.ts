import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../../..', import.meta.url));

/** Every file here lies on the way from fetch to offset commit, unless it is named below with the reason why not. */
const LIES_IN = ['packages/messaging/src/**/*.ts', 'services/*/src/**/*.ts'];

const LIES_BESIDE: readonly { readonly path: RegExp; readonly because: string }[] = [
  { path: /^packages\/messaging\/src\/memory\//, because: 'the broker of a system without Kafka' },
  { path: /\/(main|[a-z]+-service)\.ts$/, because: 'composes: nothing has been fetched yet' },
  { path: /\/(migrate|seed-demo|demo-products)\.ts$/, because: 'prepares a database and ends' },
  {
    path: /\/(operations\/[a-z-]+|dead-letter-verbs|purge-store)\.ts$/,
    because: 'an operator’s acts, each one transaction and begun anew by any process, and retention',
  },
  { path: /\/inspection\//, because: 'answers an operator’s questions' },
  {
    path: /\/([a-z-]+-queries|order-changes|order-watch|order-routes|router)\.ts$/,
    because: 'answers questions; what it changes it leaves to the desk',
  },
];

export interface SourceFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

export async function filesOnThePath(): Promise<readonly SourceFile[]> {
  const paths: string[] = [];
  for await (const path of glob(LIES_IN, { cwd: ROOT })) {
    if (!LIES_BESIDE.some((beside) => beside.path.test(path))) paths.push(path);
  }
  return Promise.all(
    paths.sort().map(async (path) => ({ path, text: await readFile(`${ROOT}/${path}`, 'utf8') })),
  );
}
