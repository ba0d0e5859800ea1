import { asFailure } from '../lanes/faults.ts';
import { StoreFailure, type StoreFailureKind } from '../session.ts';

/** A guarded statement touched fewer rows than it named (rule L2); raised by the function `need`. */
export const GUARD_SQLSTATE = 'SG001';

const CONFLICTS: ReadonlySet<string> = new Set([
  '40P01', // deadlock
  '40001', // serialization
  '23505', // a unique key somebody else took meanwhile
  '23514', // a check, such as stock below zero: decided on what is no longer so
  GUARD_SQLSTATE,
]);

/**
 * `open`: the transaction is open and COMMIT was not sent. `committing`: it was sent.
 * `isLost`: the connection is gone, or was given up.
 */
export interface FailureContext {
  readonly phase: 'open' | 'committing';
  readonly isLost: boolean;
}

/** Which of rule L7's answers an error of PostgreSQL, of the connection or of the code above calls for. */
export function classify(error: unknown, context: FailureContext): StoreFailure {
  const sqlState = sqlStateOf(error);
  // Neither PostgreSQL nor the network said no: the code that asked did.
  if (!sqlState && !context.isLost && context.phase === 'open') return asFailure(error);
  const kind = kindOf(sqlState, context.phase);
  return new StoreFailure(kind, sqlState ?? connectionCodeOf(error), messageOf(error), { cause: error });
}

function kindOf(sqlState: string | undefined, phase: FailureContext['phase']): StoreFailureKind {
  if (sqlState && CONFLICTS.has(sqlState)) return 'conflict';
  if (sqlState && /^2[23]/.test(sqlState)) return 'message';
  // A statement that PostgreSQL refused has rolled the transaction back. A server that goes down, or a lost connection,
  // says nothing about a COMMIT under way.
  const isRefused = sqlState && !/^(08|57P)/.test(sqlState);
  return isRefused || phase === 'open' ? 'not-committed' : 'unknown';
}

/** No SQLSTATE begins with an E, as the system's own codes do: EPIPE has five letters too. */
function sqlStateOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code && /^[0-9A-DF-Z][0-9A-Z]{4}$/.test(code) ? code : undefined;
}

export const connectionCodeOf = (error: unknown): string => codeOf(error) ?? 'CONNECTION';

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
