import type { Statement } from '@order-saga/messaging';

/** What decides about correctness, read from the text of a statement, once. */
export interface StatementFacts {
  readonly text: string;
  readonly locks: boolean;
  readonly isOrdered: boolean;
  /** It raises when it touched fewer rows than it named (rule L2). */
  readonly needsAll: boolean;
  readonly clauses: Map<string, boolean>;
}

const known = new Map<Statement, StatementFacts>();

export function factsOf(statement: Statement): StatementFacts {
  let facts = known.get(statement);
  if (facts === undefined) {
    const text = statement.text.replaceAll(/\s+/g, ' ');
    facts = {
      text,
      locks: text.includes('for update'),
      isOrdered: text.includes(' order by '),
      needsAll: /\bneed\(/.test(text),
      clauses: new Map(),
    };
    known.set(statement, facts);
  }
  return facts;
}

/** Whether the statement has this clause, however it is broken into lines. */
export function hasClause(statement: Statement, clause: string): boolean {
  const { clauses, text } = factsOf(statement);
  let has = clauses.get(clause);
  if (has === undefined) {
    has = text.includes(clause);
    clauses.set(clause, has);
  }
  return has;
}
