import type { RunningSystem } from '@order-saga/cli';
import type { SmallDisk } from '../disk/small-disk.ts';
import type { Links } from '../network/links.ts';
import type { Card } from '../schedule/deck.ts';
import type { Random } from '../schedule/random.ts';

/** What faults act upon. */
export interface Stage {
  readonly system: RunningSystem;
  readonly links: Links;
  readonly dataDir: string;
  /** The file system that PostgreSQL's data lies on; null where none could be mounted. */
  readonly disk: SmallDisk | null;
  readonly newId: () => string;
  /** Aborted when the run is over: whatever is held is let go. */
  readonly signal: AbortSignal;
}

/**
 * `inject` resolves when the fault is over for the one who makes it: at once for a kill, when it is lifted for one that
 * lasts. It answers what exactly was done.
 */
export interface Fault extends Card {
  inject(stage: Stage, random: Random): Promise<string>;
}
