import { registerHooks } from 'node:module';
import type { Mutant, Patch } from './mutant.ts';

/** Patches what is loaded from now on. Answers the check to make once everything is: was each text there and replaced? */
export function loadMutant(mutant: Mutant): () => void {
  const applied = new Set<Patch>();
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const patches = mutant.patches.filter(({ file }) => url.endsWith(`/${file}`));
      if (patches.length === 0) return loaded;
      let text = String(
        typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array),
      );
      for (const patch of patches) {
        const parts = text.split(patch.find);
        if (parts.length !== 2) throw outOfDate(mutant, patch, `occurs ${parts.length - 1} times`);
        text = parts.join(patch.replace);
        applied.add(patch);
      }
      return { ...loaded, source: text };
    },
  });
  return () => {
    const missed = mutant.patches.find((patch) => !applied.has(patch));
    if (missed !== undefined) throw outOfDate(mutant, missed, 'was never loaded');
  };
}

const outOfDate = (mutant: Mutant, { file, find }: Patch, why: string) =>
  new Error(
    `mutant '${mutant.name}': in ${file} the text ${JSON.stringify(find)} ${why}: bring it up to date`,
  );
