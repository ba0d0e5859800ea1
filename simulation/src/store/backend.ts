import type { Statement } from '@order-saga/messaging';
import type { Scheduled } from '../world/scheduler.ts';
import type { Database } from './database.ts';
import { SqlError } from './sql-error.ts';
import type { Call } from './statements.ts';
import type { Row } from './table.ts';
import { Transaction, WAIT } from './transaction.ts';

export interface Request {
  readonly statement: Statement;
  /** Null: a command such as COMMIT. */
  readonly values: readonly unknown[] | null;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  candidates: readonly string[] | undefined;
}

const LOCK_TIMEOUT_MS = 4_000;

/** The server's end of a connection: carries out what comes, in order, and waits for locks in between. */
export class Backend {
  readonly #database: Database;
  #transaction: Transaction | undefined;
  #todo: Request[] = [];
  #answers: (() => void)[] = [];
  #finished: ((answers: readonly (() => void)[]) => void) | undefined;
  #lockTimeout: Scheduled | undefined;
  #pendingError: SqlError | undefined;
  #isWaiting = false;
  #isOver = false;

  constructor(database: Database) {
    this.#database = database;
  }

  get isIdleInTransaction(): boolean {
    return this.#transaction !== undefined && this.#todo.length === 0;
  }

  /** The next statement of the transaction fails with it. */
  fail(error: SqlError): void {
    this.#pendingError = error;
  }

  receive(requests: readonly Request[], finished: (answers: readonly (() => void)[]) => void): void {
    if (this.#isOver) return;
    this.#todo.push(...requests);
    this.#finished = finished;
    if (!this.#isWaiting) this.#carryOut();
  }

  /** Rolls back and is gone. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopWaiting();
    this.#transaction?.rollback();
    this.#transaction = undefined;
    this.#todo = [];
  }

  /** What it received is still carried out, a COMMIT among it as well. */
  endWhenIdle(): void {
    if (this.#todo.length === 0) this.end();
    else this.#finished = () => this.end();
  }

  #carryOut(): void {
    for (let request = this.#todo[0]; request !== undefined; request = this.#todo[0]) {
      try {
        const answer = this.#perform(request);
        const { resolve } = request;
        this.#answers.push(() => resolve(answer));
      } catch (error) {
        if (error === WAIT && this.#wait()) return;
        this.#answerError(request, error);
      }
      this.#todo.shift();
    }
    const answers = this.#answers;
    this.#answers = [];
    this.#finished?.(answers);
  }

  #answerError({ statement, reject }: Request, error: unknown): void {
    const told = error === WAIT ? new SqlError('40P01', `deadlock detected in ${statement.name}`) : error;
    // Anything else is a defect of the simulation, and ends it.
    if (!(told instanceof SqlError)) throw told;
    if (this.#transaction) this.#transaction.isFailed = true;
    this.#answers.push(() => reject(told));
  }

  #perform({ statement, values, candidates }: Request): unknown {
    if (values === null) return this.#command(statement.text);
    const transaction = this.#transaction;
    if (transaction === undefined) throw new Error(`${statement.name} was sent outside a transaction`);
    if (transaction.isFailed) throw new SqlError('25P02', 'current transaction is aborted');
    const failure = this.#pendingError;
    this.#pendingError = undefined;
    if (failure) throw failure;
    const handler = this.#database.handlers[statement.name];
    if (handler === undefined)
      throw new Error(`the simulation does not know the statement ${statement.name}`);
    const call: Call = { database: this.#database, transaction, statement, values, candidates };
    try {
      return handler(call) as readonly Row[];
    } finally {
      const request = this.#todo[0];
      if (request) request.candidates = call.candidates;
    }
  }

  #command(text: string): string {
    switch (text) {
      case 'begin':
        this.#transaction = new Transaction(this.#database.locks);
        return 'BEGIN';
      case 'commit':
        return this.#commit();
      case 'rollback':
        this.#transaction?.rollback();
        this.#transaction = undefined;
        return 'ROLLBACK';
      default:
        // The probe: a write that is rolled back.
        return 'INSERT';
    }
  }

  #commit(): string {
    const transaction = this.#transaction;
    this.#transaction = undefined;
    if (transaction === undefined) return 'COMMIT';
    const failure = this.#pendingError;
    this.#pendingError = undefined;
    if (failure || transaction.isFailed) {
      transaction.rollback();
      if (failure) throw failure;
      return 'ROLLBACK';
    }
    this.#database.commit(transaction);
    return 'COMMIT';
  }

  /** False: it is a deadlock, and this transaction is the victim. */
  #wait(): boolean {
    const { locks, world } = this.#database;
    const transaction = this.#transaction as Transaction;
    const isWaiting = locks.wait(transaction, () =>
      world.scheduler.after(0, null, () => {
        if (this.#isOver || !this.#isWaiting) return;
        this.#stopWaiting();
        this.#carryOut();
      }),
    );
    if (!isWaiting) return false;
    transaction.guardInserts();
    this.#isWaiting = true;
    this.#lockTimeout = world.scheduler.after(LOCK_TIMEOUT_MS, null, () => this.#giveUpLock());
    return true;
  }

  #giveUpLock(): void {
    if (this.#isOver || !this.#isWaiting) return;
    this.#database.locks.stopWaiting(this.#transaction as Transaction);
    this.#stopWaiting();
    this.#pendingError = new SqlError('55P03', 'canceling statement due to lock timeout');
    this.#carryOut();
  }

  #stopWaiting(): void {
    this.#isWaiting = false;
    if (this.#lockTimeout) this.#lockTimeout.run = null;
  }
}
