import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { REPOSITORY } from './repository.ts';

/** `npm run crash-points`: a program of its own, which starts a system of its own and leaves a running one alone. */
export async function run(args: readonly string[]): Promise<number> {
  const killing = spawn(process.execPath, ['e2e/src/crash-points/main.ts', ...args], {
    cwd: REPOSITORY,
    stdio: 'inherit',
  });
  const [code] = (await once(killing, 'exit')) as [number | null];
  return code ?? 1;
}
