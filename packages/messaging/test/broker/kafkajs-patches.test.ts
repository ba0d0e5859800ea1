import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { crc32c } from '../../src/kafka/crc32c.ts';
import { loadRequestQueue, type RequestQueueInternals } from '../../src/kafka/kafkajs-internals.ts';
import { partitionOfKey } from '../../src/kafka/partitioner.ts';
import { decodeRecord, encodeRecord, type RecordToEncode } from '../../src/kafka/record-codec.ts';

// kafkajs' own, unpatched: nothing in this file has loaded `kafkajs.ts`.
const require = createRequire(import.meta.url);
const theirs = {
  encode: require('kafkajs/src/protocol/recordBatch/record/v0/index.js'),
  decode: require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js'),
  crc32c: require('kafkajs/src/protocol/recordBatch/crc32C/crc32C.js'),
  partitioner: require('kafkajs/src/producer/partitioners/default/index.js')(),
  Decoder: require('kafkajs/src/protocol/decoder.js'),
  Long: require('kafkajs/src/utils/long.js'),
};

let state = 7;
const random = (below: number) => {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
};
const text = (upTo: number) =>
  Array.from({ length: random(upTo + 1) }, () => ['a', 'B', '7', '-', 'é', '€', '🛒'][random(7)]).join('');
const bytes = (upTo: number) => Buffer.from(Array.from({ length: random(upTo + 1) }, () => random(256)));
const field = (upTo: number) => [null, text(upTo), bytes(upTo)][random(10) === 0 ? 0 : 1 + random(2)] ?? null;

function anyRecord(): RecordToEncode {
  const headers = Object.fromEntries(
    Array.from({ length: random(12) }, (_, index) => [
      `h${index}${text(40)}`,
      random(2) ? text(200) : bytes(90),
    ]),
  );
  const valueUpTo = random(20) === 0 ? 20_000 : 300;
  return {
    offsetDelta: random(2 ** (1 + random(29))),
    timestampDelta: 0,
    key: field(40),
    value: field(valueUpTo),
    headers,
  };
}

const bodyOf = (encoded: Buffer): Buffer => new theirs.Decoder(encoded).readVarIntBytes();
const context = {
  firstOffset: '12345678901',
  firstTimestamp: '1700000000000',
  magicByte: 2,
  isControlBatch: false,
};

describe('What replaces parts of kafkajs gives the same results as they do', () => {
  test('records are the same bytes, and are read back the same', () => {
    for (let round = 0; round < 3_000; round += 1) {
      const record = anyRecord();
      const expected: Buffer = theirs.encode(record).buffer;
      expect(encodeRecord(record)?.buffer.equals(expected), JSON.stringify(record)).toBe(true);
      const decoder = new theirs.Decoder(bodyOf(expected));
      expect(decodeRecord(decoder, context)).toEqual(theirs.decode(decoder, context));
    }
  });

  test('timestamps apart by anything, and headers given several times, are read the same', () => {
    for (const apart of [0, 1, -3, 5_000, 2 ** 31 + 5, 2 ** 40]) {
      const record = {
        timestampDelta: theirs.Long.fromValue(apart),
        key: 'k',
        value: 'v',
        headers: { a: ['1', '2', '3'] },
      };
      expect(encodeRecord(record)).toBe(null);
      const body = bodyOf(theirs.encode(record).buffer);
      expect(decodeRecord(new theirs.Decoder(body), context)).toEqual(
        theirs.decode(new theirs.Decoder(body), context),
      );
    }
  });

  test('checksums are the same', () => {
    for (let length = 0; length < 300; length += 1) {
      const data = Buffer.from(Array.from({ length }, () => random(256)));
      expect(crc32c(data)).toBe(theirs.crc32c(data) >>> 0);
    }
  });

  test('a key has the partition that every other Kafka client gives it', () => {
    const partitionMetadata = [0, 1, 2, 3, 4, 5, 6].map((partitionId) => ({ partitionId, leader: 1 }));
    for (let round = 0; round < 2_000; round += 1) {
      const key = text(40);
      expect(partitionOfKey(key, 7)).toBe(
        theirs.partitioner({ topic: 't', partitionMetadata, message: { key } }),
      );
    }
  });
});

describe("kafkajs' idle timer", () => {
  test('is armed only while requests are pending', async () => {
    const { prototype } = loadRequestQueue();
    const queueOf = (pending: unknown[]): RequestQueueInternals =>
      Object.assign(Object.create(prototype), {
        pending,
        throttledUntil: Date.now() + 500,
        throttleCheckTimeoutId: null,
      });
    const unpatched = queueOf([]);
    unpatched.scheduleCheckPendingRequests();
    // If this fails, kafkajs has mended its fault: take the patch out.
    expect(unpatched.throttleCheckTimeoutId).not.toBe(null);
    clearTimeout(unpatched.throttleCheckTimeoutId ?? undefined);

    await import('../../src/kafka/kafkajs.ts');
    const idle = queueOf([]);
    idle.scheduleCheckPendingRequests();
    expect(idle.throttleCheckTimeoutId).toBe(null);
    const busy = queueOf([{}]);
    busy.scheduleCheckPendingRequests();
    expect(busy.throttleCheckTimeoutId).not.toBe(null);
    clearTimeout(busy.throttleCheckTimeoutId ?? undefined);
  });
});
