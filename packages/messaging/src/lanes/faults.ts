import type { Log } from '../runtime.ts';
import { StoreFailure } from '../session.ts';
import type { MessageFault } from './entry.ts';

/** What a message, or the code that handles it, did wrong. */

const DEFECT = 'DEFECT';
const HANDLER_DEFECT = 'HANDLER_DEFECT';

/** A throw of `decide`. */
export const faultOfThrow = (error: unknown): Omit<MessageFault, 'attempts'> => ({
  cause: error instanceof Error && 'code' in error ? String(error.code) : HANDLER_DEFECT,
  detail: error instanceof Error ? error.message : String(error),
});

export const faultOfFailure = ({ sqlState, message }: StoreFailure): Omit<MessageFault, 'attempts'> => ({
  cause: sqlState === DEFECT ? HANDLER_DEFECT : `SQLSTATE_${sqlState}`,
  detail: message,
});

/** A throw of the handler's own LOAD or SAVE: nothing was committed, and halving finds the message that leads to it. */
export const asFailure = (error: unknown): StoreFailure =>
  error instanceof StoreFailure
    ? error
    : new StoreFailure('message', DEFECT, stackOf(error), { cause: error });

/** Tells a listener. What it throws must not look like a turn that failed: a committed message would be handled again. */
export function tell(log: Log, listener: () => void): void {
  try {
    listener();
  } catch (error) {
    log.error({ error: stackOf(error) }, 'a listener of the lanes threw');
  }
}

export const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
