import { parseArgs } from 'node:util';
import { table } from '@order-saga/cli';
import { BATCHES_OF_ONE, type Candidate, PRODUCT } from './candidates.ts';
import type { LoopResult } from './closed-loop.ts';
import { measure } from './measure.ts';

/**
 * `npm run bench`: orders in over REST, their end seen on `order-events`, real Kafka, durable commits; and the same
 * build with batches of one beside it in the same run, since a shared machine makes only ratios comparable.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    clients: { type: 'string' },
    /** Only the product, for profiling. */
    alone: { type: 'boolean', default: false },
    seconds: { type: 'string' },
  },
});

const measureMs = 1_000 * Number(values.seconds ?? (values.quick ? 5 : 20));
const options = {
  clients: (values.clients ?? (values.quick ? '1,256' : '1,32,256,1024')).split(',').map(Number),
  warmUpMs: values.quick ? 8_000 : 15_000,
  measureMs,
};

const rows: Record<string, string | number>[] = [];
const run = async (candidate: Candidate): Promise<readonly LoopResult[]> => {
  process.stderr.write(`measuring: ${candidate.name}\n`);
  const results = await measure(candidate, options);
  for (const result of results) {
    rows.push({
      build: candidate.name,
      clients: result.clients,
      'sagas/s': result.perSecond.toFixed(0),
      'p50 ms': result.p50.toFixed(1),
      'p99 ms': result.p99.toFixed(1),
    });
  }
  return results;
};

const product = await run(PRODUCT);
const baselines: (readonly LoopResult[])[] = [];
if (!values.alone) for (const candidate of BATCHES_OF_ONE) baselines.push(await run(candidate));

console.log(table(rows));
for (const [index, result] of product.entries()) {
  const best = Math.max(...baselines.map((results) => results[index]?.perSecond ?? 0));
  if (best > 0) {
    console.log(
      `at ${result.clients} clients: ${(result.perSecond / best).toFixed(1)} times the best of batches of one`,
    );
  }
}
