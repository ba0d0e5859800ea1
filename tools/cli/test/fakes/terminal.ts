import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { REPOSITORY } from '../../src/repository.ts';
import type { SystemOptions } from '../../src/system/options.ts';

/** A command as a person runs it: what it prints, and how it ends. */
export class Terminal {
  readonly child: ChildProcess;
  readonly ended: Promise<number | NodeJS.Signals>;
  output = '';

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const child = spawn(process.execPath, args, { cwd: REPOSITORY, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    this.child = child;
    this.ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  }
}

/** `npm run <name> -- …`. */
export const command = (args: readonly string[], env?: NodeJS.ProcessEnv): Terminal =>
  new Terminal(['tools/cli/src/main.ts', ...args], env);

/** `npm start` with stand-ins for the services. */
export const start = (options: SystemOptions, env?: NodeJS.ProcessEnv): Terminal =>
  new Terminal(['tools/cli/test/fakes/start.ts', JSON.stringify(options)], env);
