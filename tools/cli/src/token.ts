import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { uuidSchema } from '@order-saga/contracts';
import { dataDirOf } from './config.ts';
import { CliError } from './system/cli-error.ts';
import { developmentKey } from './system/development-key.ts';

const MAX_MINUTES = 525_600;

/**
 * `npm run token -- --customer UUID [--role support] [--minutes 480]`: prints a token that the system of this folder
 * takes; an issuer of yours (AUTH_JWKS_URL) knows nothing of it.
 */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      customer: { type: 'string' },
      role: { type: 'string', multiple: true, default: [] },
      minutes: { type: 'string', default: '480' },
      'data-dir': { type: 'string' },
    },
  });
  const { customer, role: roles } = values;
  if (customer === undefined && roles.length === 0) {
    throw new CliError('USAGE', 'whose token? npm run token -- --customer UUID, or --role support, or both');
  }
  const customerId = customer === undefined ? undefined : uuidSchema.safeParse(customer);
  if (customerId?.success === false) {
    throw new CliError('USAGE', `--customer ${customer} is not a UUID`);
  }
  const minutes = Number(values.minutes);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MAX_MINUTES) {
    throw new CliError('USAGE', `--minutes ${values.minutes} is not a whole number from 1 to ${MAX_MINUTES}`);
  }
  const dataDir = dataDirOf(values['data-dir']);
  await mkdir(dataDir, { recursive: true });
  const key = await developmentKey(dataDir);
  console.log(
    await key.sign({ ...(customerId === undefined ? {} : { sub: customerId.data }), roles }, minutes),
  );
  return 0;
}
