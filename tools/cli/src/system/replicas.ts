import { CliError } from './cli-error.ts';
import { type ProcessSpec, SERVICE_NAMES, type ServiceName } from './services.ts';

/** One of several processes of a service. */
export interface Replica {
  readonly service: ServiceName;
  readonly spec: ProcessSpec;
  readonly port: number;
}

export type ReplicaCounts = Readonly<Partial<Record<ServiceName, number>>>;

/** Each replica of a service with a database opens a dozen connections, of the embedded server's 300. */
const MOST = 8;

/** `payment`, `payment-2`, `payment-3`: the first keeps the service's own name and port. */
export const replicaName = (service: string, index: number): string =>
  index === 0 ? service : `${service}-${index + 1}`;

/** `payment=2` or `order=2,inventory=3`, as `--replicas` and `npm run scale` take them. */
export function readReplicaCounts(texts: readonly string[]): ReplicaCounts {
  const parts = texts.flatMap((text) => text.split(',')).filter((part) => part.trim() !== '');
  return Object.fromEntries(
    parts.map((part) => {
      const [name = '', count = ''] = part.split('=').map((word) => word.trim());
      const service = SERVICE_NAMES.find((known) => known === name);
      if (service === undefined) {
        throw new CliError(
          'USAGE',
          `there is no service '${name}' in '${part}': use ${SERVICE_NAMES.join(', ')}`,
        );
      }
      return [service, readCount(service, count)];
    }),
  );
}

function readCount(service: ServiceName, text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MOST) return count;
  throw new CliError(
    'USAGE',
    `'${service}=${text}' is no number of replicas: write ${service}=1 to ${service}=${MOST}`,
  );
}
