import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CliError } from './cli-error.ts';

const run = promisify(execFile);

/** Migrations and demo data: small programs of the services, run to their end before any process starts. */
export async function runSetupScript(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await run(process.execPath, [script], { cwd, env, maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      message,
    } = error as { stdout?: string; stderr?: string; message: string };
    const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-12).join('\n');
    throw new CliError('SETUP_FAILED', `${script} failed:\n${last || message}`);
  }
}
