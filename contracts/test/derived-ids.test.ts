import { describe, expect, it } from 'vitest';
import { deriveUuid } from '../src/index.ts';

describe('derived ids', () => {
  it('are UUIDs of version 8 in canonical spelling', () => {
    for (let n = 0; n < 1_000; n++) {
      expect(deriveUuid('n', n)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });

  it('do not depend on where one part ends and the next begins, nor meet across namespaces', () => {
    const ids = [
      deriveUuid('reply', 'ab', 'c'),
      deriveUuid('reply', 'a', 'bc'),
      deriveUuid('reply', 'abc'),
      deriveUuid('reply', 'ab|1:c'),
      deriveUuid('event', 'ab', 'c'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
