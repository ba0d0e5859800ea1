import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Where one replica listens: its URL, and the address that the URL's name stands for. */
export interface Address {
  /** Tells replicas apart. */
  readonly id: string;
  readonly origin: string;
  readonly address: string;
  readonly family: number;
}

/**
 * What is configured for a service is a list of `http://host:port`, or of `file:///…` with one of those a line. A name
 * stands for every address that DNS gives for it, as that of a Compose service with replicas does; IPv4 alone where it
 * gives both, since they are then two ways to the same processes. Rejects when nothing is found.
 */
export async function findAddresses(configured: readonly string[]): Promise<readonly Address[]> {
  const origins = (await Promise.all(configured.map(originsOf))).flat();
  const found = await Promise.allSettled(origins.map(resolved));
  const addresses = found.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
  if (addresses.length > 0) return [...new Map(addresses.map((each) => [each.id, each])).values()];
  const causes = found.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
  throw new Error(
    `${configured.join(', ')} stands for no address: ${causes.join('; ') || 'the list is empty'}`,
  );
}

async function originsOf(text: string): Promise<readonly string[]> {
  const url = new URL(text);
  if (url.protocol !== 'file:') return [url.origin];
  const lines = (await readFile(fileURLToPath(url), 'utf8')).split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').map((line) => new URL(line).origin);
}

async function resolved(origin: string): Promise<readonly Address[]> {
  const name = new URL(origin).hostname.replace(/^\[|\]$/g, '');
  const version = isIP(name);
  if (version !== 0) return [{ id: origin, origin, address: name, family: version }];
  const all = await lookup(name, { all: true });
  const preferred = all.some(({ family }) => family === 4) ? all.filter(({ family }) => family === 4) : all;
  return preferred.map(({ address, family }) => ({ id: `${origin} at ${address}`, origin, address, family }));
}
