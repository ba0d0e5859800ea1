import type { Life } from '../world/life.ts';
import type { World } from '../world/world.ts';
import { Locks } from './locks.ts';
import { MemoryConnection } from './memory-connection.ts';
import { connectionLost, SqlError } from './sql-error.ts';
import type { Handlers } from './statements.ts';
import { Table, type TableSpec } from './table.ts';
import { type Change, Transaction } from './transaction.ts';

/** When the worlds begin, in milliseconds since 1970. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);

/** One service's PostgreSQL: its tables, its clock, its locks, and whoever is connected. */
export class Database {
  readonly name: string;
  readonly world: World;
  readonly locks = new Locks();
  readonly handlers: Handlers;
  isAway = false;
  /** Commits still to come of connections that are lost: nobody waits for them. */
  detached = 0;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #connections = new Set<MemoryConnection>();
  readonly #committed: (changes: readonly Change[]) => void;
  #clockOffsetMs = 0;

  constructor(
    world: World,
    name: string,
    parts: {
      readonly tables: readonly TableSpec[];
      readonly handlers: Handlers;
      committed(changes: readonly Change[]): void;
    },
  ) {
    this.world = world;
    this.name = name;
    this.handlers = parts.handlers;
    this.#committed = parts.committed;
    this.#tables = new Map(parts.tables.map((spec) => [spec.name, new Table(spec)]));
  }

  table(name: string): Table {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`the database ${this.name} has no table '${name}'`);
    return table;
  }

  /** The wall clock, which may jump. */
  clock(): number {
    return EPOCH_MS + this.world.scheduler.now + this.#clockOffsetMs;
  }

  jump(byMs: number): void {
    this.#clockOffsetMs += byMs;
  }

  connect(life: Life): Promise<MemoryConnection> {
    return this.world.ask(
      life,
      'connects to',
      () => {
        if (this.isAway) throw new SqlError('ECONNREFUSED', `${this.name} is away`);
        const connection = new MemoryConnection(this, life);
        this.#connections.add(connection);
        return connection;
      },
      this.name,
    );
  }

  /** One statement in a transaction of its own, on a connection of the pool: it waits for no lock. */
  statement<Answer>(life: Life, what: string, act: (transaction: Transaction) => Answer): Promise<Answer> {
    return this.world.ask(life, what, () => {
      if (this.isAway) throw new SqlError('ECONNREFUSED', `${this.name} is away`);
      const transaction = new Transaction(this.locks);
      const answer = act(transaction);
      this.commit(transaction);
      if (this.world.faults.at('statement') === undefined) return answer;
      this.world.note(`the answer of '${what}' is lost`);
      throw connectionLost();
    });
  }

  commit(transaction: Transaction): void {
    const changes = transaction.commit();
    if (changes.length > 0) this.#committed(changes);
  }

  forget(connection: MemoryConnection): void {
    this.#connections.delete(connection);
  }

  /** As `pg_terminate_backend` of everybody. */
  cut(): void {
    for (const connection of [...this.#connections]) connection.cut('57P01');
  }

  goAway(): void {
    this.isAway = true;
    this.cut();
  }
}
