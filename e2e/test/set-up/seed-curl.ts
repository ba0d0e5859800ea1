import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Accepted, WholeSystem } from '../../src/index.ts';

/** The lines as the seed's README prints them; only the port is another, since the usual one may be taken. */
export const SEED_LINES = {
  successful: `curl -X POST http://localhost:3001/orders \\
  -H "Content-Type: application/json" \\
  -d '{
    "customer_id": "550e8400-e29b-41d4-a716-446655440000",
    "product_id": "11111111-1111-1111-1111-111111111111",
    "quantity": 2,
    "total_amount": 99.99
  }'`,
  paymentMayFail: `curl -X POST http://localhost:3001/orders \\
  -H "Content-Type: application/json" \\
  -d '{
    "customer_id": "550e8400-e29b-41d4-a716-446655440001",
    "product_id": "11111111-1111-1111-1111-111111111111",
    "quantity": 1,
    "total_amount": 149.99
  }'`,
  unknownProduct: `curl -X POST http://localhost:3001/orders \\
  -H "Content-Type: application/json" \\
  -d '{
    "customer_id": "550e8400-e29b-41d4-a716-446655440002",
    "product_id": "99999999-9999-9999-9999-999999999999",
    "quantity": 1,
    "total_amount": 199.99
  }'`,
  health: 'curl http://localhost:3001/health',
} as const;

const run = promisify(execFile);

/** What the line prints. Where there is no curl, `fetch` sends what the line says. */
export async function runSeedLine(system: WholeSystem, line: string): Promise<string> {
  const { port } = new URL(system.urls.order);
  const command = line.replaceAll('localhost:3001', `localhost:${port}`);
  if (await hasCurl()) return (await run('sh', ['-c', command])).stdout;
  const url = /http:\S+/.exec(command)?.[0] ?? '';
  const body = /-d '(.*)'/s.exec(command)?.[1];
  const post = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
  return (await fetch(url, body === undefined ? {} : { ...post, body })).text();
}

export async function placeBySeedLine(system: WholeSystem, line: string): Promise<Accepted> {
  return JSON.parse(await runSeedLine(system, line)) as Accepted;
}

const hasCurl = async (): Promise<boolean> => {
  try {
    await run('curl', ['--version']);
    return true;
  } catch {
    return false;
  }
};
