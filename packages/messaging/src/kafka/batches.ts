import type { OutgoingMessage } from '../broker.ts';

/** One message on its way: whose call it belongs to, and where in that call's outcomes its own is written. */
export interface Slot<Call> {
  readonly call: Call;
  readonly index: number;
  readonly message: OutgoingMessage;
}

/** Length prefixes, timestamp and offset of one record, rounded up. */
const RECORD_OVERHEAD_BYTES = 40;
const HEADER_OVERHEAD_BYTES = 4;

export function sizeOf(message: OutgoingMessage): number {
  let bytes = RECORD_OVERHEAD_BYTES + Buffer.byteLength(message.value) + Buffer.byteLength(message.key);
  for (const name in message.headers) {
    bytes += HEADER_OVERHEAD_BYTES + name.length + Buffer.byteLength(message.headers[name] ?? '');
  }
  return bytes;
}

/**
 * Cuts the messages, in their order, into batches in which no topic has more than `maxBytes`. The broker's limit holds
 * for each partition's share (rule O3), which is at most its topic's share: so no batch is refused for its sum,
 * and nothing has to be known about partitions here. A message above the limit travels alone.
 */
export function packBatches<Call>(slots: readonly Slot<Call>[], maxBytes: number): Slot<Call>[][] {
  const batches: Slot<Call>[][] = [];
  let batch: Slot<Call>[] = [];
  let bytesByTopic = new Map<string, number>();
  const cut = () => {
    if (batch.length > 0) batches.push(batch);
    batch = [];
    bytesByTopic = new Map();
  };
  for (const slot of slots) {
    const { topic } = slot.message;
    const size = sizeOf(slot.message);
    const filled = bytesByTopic.get(topic) ?? 0;
    if (size > maxBytes || filled + size > maxBytes) cut();
    batch.push(slot);
    bytesByTopic.set(topic, (bytesByTopic.get(topic) ?? 0) + size);
    if (size > maxBytes) cut();
  }
  cut();
  return batches;
}
