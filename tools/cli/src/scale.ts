import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runningSystem } from './running.ts';
import { CliError } from './system/cli-error.ts';
import { askForReplicas } from './system/control.ts';
import { readReplicaCounts } from './system/replicas.ts';

/** `npm run scale -- payment=3 order=2`: answers when the added replicas are ready and the removed ones have drained. */
export async function run(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'data-dir': { type: 'string' } },
  });
  const counts = readReplicaCounts(positionals);
  if (Object.keys(counts).length === 0)
    throw new CliError('USAGE', 'npm run scale -- SERVICE=COUNT, as in payment=2');
  const { controlUrl, adminTokenFile, phase } = await runningSystem(values['data-dir']);
  if (controlUrl === null)
    throw new CliError('USAGE', `the system is ${phase}: it can be scaled when it is ready`);
  const token = (await readFile(adminTokenFile, 'utf8')).trim();
  await askForReplicas(controlUrl, token, counts);
  for (const [service, count] of Object.entries(counts))
    console.log(`${service}: ${count} ${count === 1 ? 'process' : 'processes'}`);
  return 0;
}
