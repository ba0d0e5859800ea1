import { describe, expect, test } from 'vitest';
import { classify } from '../../src/postgres/failures.ts';

describe('What an error says about COMMIT (L7, L8)', () => {
  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', undefined])(
    'with %s in the middle of COMMIT: unknown',
    (code) => {
      const error = Object.assign(new Error('lost'), code === undefined ? {} : { code });
      expect(classify(error, { phase: 'committing', isLost: true }).kind).toBe('unknown');
      expect(classify(error, { phase: 'open', isLost: true }).kind).toBe('not-committed');
    },
  );

  test.each(['53100', '25006', '57014', '53200'])('%s rolls back, so it is known', (code) => {
    const error = Object.assign(new Error('refused'), { code });
    expect(classify(error, { phase: 'committing', isLost: false }).kind).toBe('not-committed');
  });
});
