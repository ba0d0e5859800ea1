import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environment } from './config.ts';

const run = promisify(execFile);
const OLDEST_JAVA = 17;

export type JavaFinding =
  | { readonly found: true; readonly java: string; readonly version: number }
  | { readonly found: false; readonly reason: string };

/** JAVA_HOME's Java when it is set, else the one on the PATH; Kafka 4 needs 17 or newer. */
export async function findJava(env: NodeJS.ProcessEnv = environment): Promise<JavaFinding> {
  const home = env.JAVA_HOME;
  const java = home ? join(home, 'bin', 'java') : 'java';
  const output = await run(java, ['-version'], { env }).then(
    ({ stdout, stderr }) => stdout + stderr,
    () => null,
  );
  if (output === null) {
    const where = home ? `JAVA_HOME is ${home}, but there is no Java in it` : 'there is no Java on the PATH';
    return { found: false, reason: `${where}; Kafka needs Java ${OLDEST_JAVA} or newer` };
  }
  const version = Number(/version "(\d+)/.exec(output)?.[1]);
  if (!(version >= OLDEST_JAVA)) {
    return { found: false, reason: `${java} is Java ${version}; Kafka needs Java ${OLDEST_JAVA} or newer` };
  }
  return { found: true, java, version };
}

/** Maven fetches Kafka's jars once; afterwards they are taken from the cache. */
export function findMaven(env: NodeJS.ProcessEnv = environment): Promise<boolean> {
  return run('mvn', ['--version'], { env }).then(
    () => true,
    () => false,
  );
}
