/**
 * Kafka's default partitioner (murmur2 of the key's UTF-8 bytes), so that a key has the same partition whoever
 * writes it. kafkajs computes the same on emulated 64-bit integers, ten times slower, for every message.
 */
export function partitionOfKey(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}

const MIX = 0x5bd1e995;
const SEED = 0x9747b28c;

function murmur2(data: Uint8Array): number {
  const length = data.length;
  const at = (index: number) => data[index] ?? 0;
  let hash = SEED ^ length;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    let block = at(index) | (at(index + 1) << 8) | (at(index + 2) << 16) | (at(index + 3) << 24);
    block = Math.imul(block, MIX);
    block = Math.imul(block ^ (block >>> 24), MIX);
    hash = Math.imul(hash, MIX) ^ block;
  }
  const rest = length - index;
  if (rest === 3) hash ^= at(index + 2) << 16;
  if (rest >= 2) hash ^= at(index + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ at(index), MIX);
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return hash ^ (hash >>> 15);
}
