import { RequestError } from '@order-saga/contracts';

/** Nobody listens, no such host yet, the connection broke. */
const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);
/** Connection exceptions, no room (disk, memory, connections), shutting down or starting up. */
const SQLSTATE = /^(08|53)[0-9A-Z]{3}$|^57P0\d$/;
/** What `pg` and its pool say without a code. */
const WORDS = /timeout exceeded when trying to connect|connection terminated|has said nothing for/i;

/** Whether an error says that the database is not there just now, and nothing about what it was asked. It passes. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return LOST.has(code) || SQLSTATE.test(code) || WORDS.test(error.message) || isDatabaseAway(error.cause);
}

export const databaseAway = (cause: unknown): RequestError =>
  Object.assign(
    new RequestError('UNAVAILABLE', 'the database cannot be reached just now: send the request again', {
      retryAfterS: 1,
    }),
    { cause },
  );

type Handler = (...args: never[]) => unknown;
interface Handlers {
  readonly [name: string]: Handler | Handlers;
}

/** The same handlers; one that fails because the database is away says so, where it would be a fault of ours. */
export function sayWhenAway<H extends object>(handlers: H): H {
  return Object.fromEntries(
    Object.entries(handlers as Handlers).map(([name, handler]) => [
      name,
      typeof handler === 'function' ? saying(handler) : sayWhenAway(handler),
    ]),
  ) as H;
}

const saying =
  (handler: Handler): Handler =>
  async (...args) => {
    try {
      return await handler(...args);
    } catch (error) {
      throw isDatabaseAway(error) ? databaseAway(error) : error;
    }
  };
