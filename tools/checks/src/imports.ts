import { isBuiltin } from 'node:module';
import type { TextFile } from './repository.ts';

const STATEMENT = /^(?:import|export)\s+(?!type\b)(?:[\w*{}\s,$]+\sfrom\s+)?['"]([^'"\n]+)['"]/gm;
const CALL = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;

/** The packages that the code imports at run time by name; its own package and Node's modules left out. */
export const packagesImportedBy = (files: readonly TextFile[], ownName: string): readonly string[] => [
  ...new Set(
    files.flatMap(({ text }) =>
      [...text.matchAll(STATEMENT), ...text.matchAll(CALL)].flatMap(([, target = '']) => {
        if (target.startsWith('.') || isBuiltin(target)) return [];
        const [scope = '', name = ''] = target.split('/');
        const imported = scope.startsWith('@') ? `${scope}/${name}` : scope;
        return imported === ownName ? [] : [imported];
      }),
    ),
  ),
];
