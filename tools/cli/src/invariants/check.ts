import type { Book } from './book.ts';
import type { OrderWithEffects } from './orders-with-effects.ts';
import type { SagaPath } from './saga-paths.ts';
import type { World } from './world.ts';

/** One invariant. The three ways of looking share what is dear: one walk over all orders, one over the log. */
export interface Check {
  readonly number: number;
  readonly title: string;
  /** Shown each order with what its participants hold for it. */
  look?(order: OrderWithEffects, book: Book, world: World): void;
  /** Shown each distinct path of the transition log, with the sagas that took it. */
  path?(path: SagaPath, book: Book, world: World): void;
  /** After those: questions to single databases, and what the figures say. */
  ask?(world: World, book: Book): Promise<void>;
}
