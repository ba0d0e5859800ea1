import { crc32c } from './crc32c.ts';
import { loadRequestQueue, type RequestQueueInternals, replaceExport } from './kafkajs-internals.ts';
import { decodeRecord, encodeRecord, type RecordToEncode } from './record-codec.ts';

/** kafkajs' own CHECK_PENDING_REQUESTS_INTERVAL. */
const CHECK_PENDING_MS = 10;

/**
 * kafkajs 2.2.4 re-arms this timer after every response although nothing is pending, with the delay
 * `throttledUntil - now`, which is below zero: a 1 ms loop on every connection for as long as it is open, and a
 * TimeoutNegativeWarning on Node 24 and later. The timer is needed only while requests wait for a throttle or a free
 * place, so it is armed only then.
 */
function scheduleCheckPendingRequests(this: RequestQueueInternals): void {
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
  const throttledForMs = this.throttledUntil - Date.now();
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    throttledForMs > 0 ? throttledForMs : CHECK_PENDING_MS,
  );
}

/** Patches the fault where it is found; a kafkajs in which the method reads otherwise is left alone. */
function patchIdleTimerLoop(): void {
  const { prototype } = loadRequestQueue();
  if (
    !/let scheduleAt = this\.throttledUntil - Date\.now\(\)/.test(
      String(prototype.scheduleCheckPendingRequests),
    )
  ) {
    return;
  }
  prototype.scheduleCheckPendingRequests = scheduleCheckPendingRequests;
}

interface Grouping {
  readonly topic: string;
  readonly partitionMetadata: readonly unknown[];
  readonly messages: readonly unknown[];
  readonly partitioner: (args: object) => number;
}

/** kafkajs copies a partition's messages once per message: quadratic in the batch. */
function groupMessagesPerPartition({ topic, partitionMetadata, messages, partitioner }: Grouping) {
  const groups: Record<number, unknown[]> = {};
  if (partitionMetadata.length === 0) return groups;
  for (const message of messages) {
    const partition = partitioner({ topic, partitionMetadata, message });
    const group = groups[partition];
    if (group === undefined) groups[partition] = [message];
    else group.push(message);
  }
  return groups;
}

/** Has to run before anything loads kafkajs; later, only the timer is patched and the rest stays slow and right. */
export function patchKafkajs(): void {
  patchIdleTimerLoop();
  replaceExport('producer/groupMessagesPerPartition.js', () => groupMessagesPerPartition);
  replaceExport('protocol/recordBatch/record/v0/index.js', (original) => (record: RecordToEncode) => {
    return encodeRecord(record) ?? original(record);
  });
  replaceExport('protocol/recordBatch/crc32C/crc32C.js', () => crc32c);
  replaceExport('protocol/recordBatch/record/v0/decoder.js', () => decodeRecord);
}
