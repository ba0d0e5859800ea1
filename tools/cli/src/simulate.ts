import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { REPOSITORY } from './repository.ts';

/** `npm run simulate`: a program of its own, which needs neither PostgreSQL nor Kafka. */
export async function run(args: readonly string[]): Promise<number> {
  const simulation = spawn(process.execPath, ['simulation/src/main.ts', ...args], {
    cwd: REPOSITORY,
    stdio: 'inherit',
  });
  const [code] = (await once(simulation, 'exit')) as [number | null];
  return code ?? 1;
}
