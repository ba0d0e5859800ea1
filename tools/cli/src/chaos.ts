import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { REPOSITORY } from './repository.ts';

/** `npm run chaos`: a program of its own, which starts a system of its own and leaves a running one alone. */
export async function run(args: readonly string[]): Promise<number> {
  const chaos = spawn(process.execPath, ['chaos/src/main.ts', ...args], {
    cwd: REPOSITORY,
    stdio: 'inherit',
  });
  const [code] = (await once(chaos, 'exit')) as [number | null];
  return code ?? 1;
}
