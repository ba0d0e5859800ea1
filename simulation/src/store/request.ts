import type { Statement } from '@order-saga/messaging';
import type { Database } from './database.ts';
import type { Transaction } from './transaction.ts';

/** One statement on its way to the server and back; while it is carried out, what its handler is called with. */
export class Request {
  readonly database: Database;
  readonly statement: Statement;
  /** Null: a command such as COMMIT. */
  readonly values: readonly unknown[] | null;
  readonly promise: Promise<unknown>;
  transaction: Transaction | null = null;
  /** The rows a locking statement saw when it began: what is inserted while it waits is not among them. */
  candidates: readonly string[] | undefined = undefined;
  answer: unknown = undefined;
  error: Error | undefined = undefined;
  #resolve!: (answer: unknown) => void;
  #reject!: (error: Error) => void;

  constructor(database: Database, statement: Statement, values: readonly unknown[] | null) {
    this.database = database;
    this.statement = statement;
    this.values = values;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A failure is heard here too, as on the product's own connection.
    this.promise.catch(() => undefined);
  }

  settle(): void {
    if (this.error === undefined) this.#resolve(this.answer);
    else this.#reject(this.error);
  }

  fail(error: Error): void {
    this.#reject(error);
  }
}
