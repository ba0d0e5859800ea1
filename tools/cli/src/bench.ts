import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { REPOSITORY } from './repository.ts';

/** `npm run bench`: its own program, which starts systems of its own and leaves a running one alone. */
export async function run(args: readonly string[]): Promise<number> {
  const bench = spawn(process.execPath, ['bench/src/main.ts', ...args], {
    cwd: REPOSITORY,
    stdio: 'inherit',
  });
  const [code] = (await once(bench, 'exit')) as [number | null];
  return code ?? 1;
}
