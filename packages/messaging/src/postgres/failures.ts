import { StoreFailure, type StoreFailureKind } from '../session.ts';

/** A guarded statement touched fewer rows than it named (rule L2); raised by the function `need`. */
export const GUARD_SQLSTATE = 'SG001';

const CONFLICTS: ReadonlySet<string> = new Set([
  '40P01', // deadlock
  '40001', // serialization
  '23505', // a unique key somebody else took meanwhile
  '23514', // a check, such as stock below zero: decided on what is no longer so
  '55P03', // a lock that was not to be had in time
  GUARD_SQLSTATE,
]);

/** Which of rule L7's answers an error of PostgreSQL or of the connection calls for. */
export function classify(error: unknown, phase: 'before-commit' | 'committing'): StoreFailure {
  if (error instanceof StoreFailure) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return new StoreFailure(kindOf(code, phase), code, message, { cause: error });
}

function kindOf(code: string, phase: 'before-commit' | 'committing'): StoreFailureKind {
  if (CONFLICTS.has(code)) return 'conflict';
  if (/^(22|23)...$/.test(code)) return 'message';
  // An error that PostgreSQL itself answered inside the transaction has rolled it back; a lost connection says nothing.
  const answered = /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('08') && !code.startsWith('57P');
  return answered || phase === 'before-commit' ? 'not-committed' : 'unknown';
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'CONNECTION';
