import { dirname, posix } from 'node:path';
import type { TextFile } from './repository.ts';

/** A promise of a document and the test that keeps it: `"the name of the test" in [file](path)`. */
export interface Proof {
  readonly document: string;
  readonly name: string;
  readonly file: string;
}

const PROOF = /"([^"\n]+)" in \[[^\]]*\]\(([^)\s#]+\.test\.ts)\)/g;

export const proofsIn = ({ path, text }: TextFile): readonly Proof[] =>
  [...text.matchAll(PROOF)].map(([, name = '', target = '']) => ({
    document: path,
    name,
    file: posix.normalize(posix.join(dirname(path), target)),
  }));

/** A name counts where a call or a table of cases begins with it, not where a comment mentions it. */
export const missingProofs = (
  proofs: readonly Proof[],
  sourceOf: (file: string) => string,
): readonly string[] =>
  proofs
    .filter(({ name, file }) => {
      const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", "\\\\?'");
      return !new RegExp(`[([]\\s*(['"\`])${literal}\\1`).test(sourceOf(file));
    })
    .map(({ document, name, file }) => `${document}: there is no test "${name}" in ${file}`);
