import type { Relay } from '../outbox/relay.ts';
import type { Log, Observer, Runtime } from '../runtime.ts';
import type { Decider, Session, TurnState } from '../session.ts';

/** What a service gives its lanes. */
export interface LanesOptions<Message, State extends TurnState, Answer> {
  readonly name: string;
  readonly decider: Decider<Message, State, Answer>;
  openSession(): Promise<Session<Message, State>>;
  readonly relay: Relay;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly observer: Observer;
  /** Turns side by side; 2 unless said otherwise. */
  readonly lanes?: number;
  /** Messages per turn at the most; 500 unless said otherwise. */
  readonly batchCap?: number;
  /** Entries in the queue above which `hasRoom` answers later; 5,000 unless said otherwise. */
  readonly queueBound?: number;
  /** Told when the store is at fault, and when it works again: consumption stops in between. */
  onStore?(state: 'failing' | 'working'): void;
}
