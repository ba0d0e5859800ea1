import type { Scheduled } from '../world/scheduler.ts';
import type { Database } from './database.ts';
import type { Request } from './request.ts';
import { SqlError } from './sql-error.ts';
import type { Call } from './statements.ts';
import { Transaction, WAIT } from './transaction.ts';

const LOCK_TIMEOUT_MS = 4_000;

/** The server's end of a connection: carries out what comes, in order, and waits for locks in between. */
export class Backend {
  readonly #database: Database;
  #transaction: Transaction | undefined;
  #todo: Request[] = [];
  #done: Request[] = [];
  #finished: ((done: readonly Request[]) => void) | undefined;
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

  receive(requests: Request[], finished: (done: readonly Request[]) => void): void {
    if (this.#isOver) return;
    this.#todo = this.#todo.length === 0 ? requests : [...this.#todo, ...requests];
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
    const todo = this.#todo;
    for (let at = 0; at < todo.length; at += 1) {
      const request = todo[at] as Request;
      try {
        request.answer = this.#perform(request);
      } catch (error) {
        if (error === WAIT && this.#wait()) {
          this.#todo = todo.slice(at);
          return;
        }
        this.#answerError(request, error);
      }
      this.#done.push(request);
    }
    this.#todo = [];
    const done = this.#done;
    this.#done = [];
    this.#finished?.(done);
  }

  #answerError(request: Request, error: unknown): void {
    const told =
      error === WAIT ? new SqlError('40P01', `deadlock detected in ${request.statement.name}`) : error;
    // Anything else is a defect of the simulation, and ends it.
    if (!(told instanceof SqlError)) throw told;
    if (this.#transaction) this.#transaction.isFailed = true;
    request.error = told;
  }

  #perform(request: Request): unknown {
    const { statement } = request;
    if (request.values === null) return this.#command(statement.text);
    const transaction = this.#transaction;
    if (transaction === undefined) throw new Error(`${statement.name} was sent outside a transaction`);
    if (transaction.isFailed) throw new SqlError('25P02', 'current transaction is aborted');
    const failure = this.#pendingError;
    this.#pendingError = undefined;
    if (failure) throw failure;
    const handler = this.#database.handlers[statement.name];
    if (handler === undefined)
      throw new Error(`the simulation does not know the statement ${statement.name}`);
    request.transaction = transaction;
    return handler(request as Call);
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
