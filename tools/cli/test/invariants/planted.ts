import type { CheckMode } from '../../src/index.ts';
import type { DatabaseName } from '../../src/system/services.ts';
import { PLANTED_IN_EFFECTS } from './planted-in-effects.ts';
import { PLANTED_IN_SAGAS } from './planted-in-sagas.ts';

/** A violation, and how it comes about in a world in which order 1 is approved, 2 declined, 3 out of stock. */
export interface Planted {
  readonly invariant: number;
  readonly what: string;
  readonly rule: string;
  readonly sql: Partial<Readonly<Record<DatabaseName, string>>>;
  readonly about?: 'order' | 'saga' | 'product';
  readonly mode?: CheckMode;
}

export const PLANTED: readonly Planted[] = [...PLANTED_IN_SAGAS, ...PLANTED_IN_EFFECTS];
