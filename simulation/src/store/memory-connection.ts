import type { Statement, TurnConnection } from '@order-saga/messaging';
import type { Life } from '../world/life.ts';
import { Backend } from './backend.ts';
import type { Database } from './database.ts';
import { Request } from './request.ts';
import { connectionLost, SqlError } from './sql-error.ts';

/** As the product's own limit of a turn: a connection that answers nothing for so long is given up. */
const HUNG_MS = 15_000;
const IDLE_IN_TRANSACTION_MS = 8_000;

/**
 * The process's end of a pipelined connection: what is sent without waiting travels together, and one server process at
 * the other end carries it out in order.
 */
export class MemoryConnection implements TurnConnection {
  readonly #database: Database;
  readonly #life: Life;
  readonly #backend: Backend;
  /** Not yet with the server. */
  #sent: Request[] = [];
  /** With the server, and not answered. */
  #underWay: Request[] = [];
  #isTripUnderWay = false;
  #isHung = false;
  /** The server goes on by itself: nobody is at this end any more. */
  #isDetached = false;
  #lost: Error | undefined;

  constructor(database: Database, life: Life) {
    this.#database = database;
    this.#life = life;
    this.#backend = new Backend(database);
    life.onDeath(() => this.#peerDied());
    life.onStop(() => this.#peerStopped());
  }

  get lost(): Error | undefined {
    return this.#lost;
  }

  rows<Result>(statement: Statement, values: readonly unknown[] = []): Promise<Result[]> {
    return this.#send(statement, values) as Promise<Result[]>;
  }

  command(text: string): Promise<string> {
    return this.#send(commandOf(text), null) as Promise<string>;
  }

  /** The limit is kept where an answer is lost for good; elsewhere a timer would cost more than the turn. */
  within<Result>(_limitMs: number, work: Promise<Result>): Promise<Result> {
    return work;
  }

  async close(): Promise<void> {
    this.#lost ??= new Error('the connection is closed');
    this.#database.forget(this);
    if (this.#isDetached) return;
    this.#database.world.scheduler.after(this.#database.world.latency(), null, () => this.#backend.end());
  }

  /** The server ends the connection, whatever is under way. */
  cut(code: string): void {
    this.#backend.end();
    this.#lose(new SqlError(code, 'terminating connection due to administrator command'));
  }

  #send(statement: Statement, values: readonly unknown[] | null): Promise<unknown> {
    if (this.#life.isDead) return new Promise(() => undefined);
    const request = new Request(this.#database, statement, values);
    if (this.#lost) {
      request.fail(this.#lost);
      return request.promise;
    }
    this.#sent.push(request);
    if (!this.#isTripUnderWay) this.#depart();
    return request.promise;
  }

  #depart(): void {
    const { world } = this.#database;
    this.#isTripUnderWay = true;
    const stepFault = world.step(this.#life, 'trip', this.#database.name);
    if (this.#life.isDead) {
      this.#backend.endWhenIdle();
      return;
    }
    world.scheduler.after(world.latency(), null, () => {
      this.#isTripUnderWay = false;
      const requests = this.#sent;
      this.#sent = [];
      // What a dead process had written may or may not have left its machine.
      if (this.#life.isDead && world.coin()) {
        this.#backend.end();
        return;
      }
      this.#underWay = this.#underWay.length === 0 ? requests : [...this.#underWay, ...requests];
      this.#arrive(requests);
      if (stepFault !== undefined) world.crash(this.#life, stepFault);
    });
  }

  #arrive(requests: Request[]): void {
    const { world } = this.#database;
    const isCommit = requests.at(-1)?.statement.text === 'commit';
    const fault = isCommit ? world.faults.at('commit') : undefined;
    if (world.faults.at('trip') !== undefined) this.#hang();
    if (isCommit && world.isTracing) world.note(`${this.#life.instance} sends a commit`);
    switch (fault?.kind) {
      case undefined:
        this.#backend.receive(requests, (done) => this.#answered(done));
        return;
      case 'commit-aborted':
        this.#backend.fail(
          new SqlError(fault.nth % 2 === 0 ? '40001' : '53100', 'the transaction is aborted'),
        );
        this.#backend.receive(requests, (done) => this.#answered(done));
        return;
      case 'commit-answer-lost':
        this.#backend.receive(requests, () => this.#backend.end());
        this.#lose(connectionLost());
        return;
      case 'commit-lost':
        this.#backend.end();
        this.#lose(connectionLost());
        return;
      case 'commit-late':
        this.#isDetached = true;
        this.#database.detached += 1;
        world.scheduler.after(fault.afterMs, null, () => {
          this.#database.detached -= 1;
          this.#backend.receive(requests, () => this.#backend.end());
        });
        this.#lose(connectionLost());
        return;
      default:
        throw new Error(`no such fault: ${fault satisfies never}`);
    }
  }

  #answered(done: readonly Request[]): void {
    if (this.#life.isDead) {
      this.#backend.end();
      return;
    }
    if (this.#isHung) return;
    this.#life.deliver(() => {
      if (this.#lost) return;
      this.#underWay =
        this.#underWay.length === done.length
          ? []
          : this.#underWay.filter((request) => !done.includes(request));
      for (const request of done) request.settle();
    });
    if (this.#sent.length > 0 && !this.#isTripUnderWay) this.#depart();
  }

  #hang(): void {
    const { world } = this.#database;
    world.note(`${this.#life.instance}: an answer of ${this.#database.name} never comes`);
    this.#isHung = true;
    world.scheduler.after(IDLE_IN_TRANSACTION_MS, null, () => this.#backend.end());
    world.scheduler.after(HUNG_MS, this.#life, () => this.#lose(new Error('no answer from PostgreSQL')));
  }

  #lose(error: Error): void {
    this.#database.forget(this);
    this.#life.deliver(() => {
      this.#lost ??= error;
      const unanswered = [...this.#underWay, ...this.#sent];
      this.#underWay = [];
      for (const request of unanswered) request.fail(error);
    });
  }

  /** Its sockets are closed; the server finds out when it has nothing more to do for it. */
  #peerDied(): void {
    this.#database.forget(this);
    if (!this.#isTripUnderWay && !this.#isDetached) this.#backend.endWhenIdle();
  }

  #peerStopped(): void {
    this.#database.world.scheduler.after(IDLE_IN_TRANSACTION_MS, null, () => {
      if (!this.#life.isStopped || !this.#backend.isIdleInTransaction) return;
      this.#backend.end();
      this.#lose(new SqlError('25P03', 'terminating connection due to idle-in-transaction timeout'));
    });
  }
}

const commands = new Map<string, Statement>();

function commandOf(text: string): Statement {
  let command = commands.get(text);
  if (command === undefined) {
    command = { name: text, text };
    commands.set(text, command);
  }
  return command;
}
