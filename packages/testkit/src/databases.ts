import pg from 'pg';
import { inject } from 'vitest';
import type {} from './provided.ts';
import { uniqueName } from './unique-name.ts';

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Optional: the whole server is removed at the end of the run. */
  drop(): Promise<void>;
}

export interface CreateDatabaseOptions {
  /**
   * Prepared once per run under this name and then copied (about 20 ms a copy): migrations and demo data go here.
   * `prepare` must not leave a connection open; PostgreSQL copies only a database that nobody is using.
   */
  readonly template?: { readonly name: string; readonly prepare: (url: string) => Promise<void> };
}

/** A database of one's own on this run's PostgreSQL. Needs `@order-saga/testkit/postgres-setup` under `globalSetup`. */
export async function createDatabase(
  stem: string,
  options: CreateDatabaseOptions = {},
): Promise<TestDatabase> {
  const adminUrl = inject('postgresAdminUrl');
  if (adminUrl === undefined) {
    throw new Error(
      "add '@order-saga/testkit/postgres-setup' to globalSetup in this workspace's vitest.config.ts",
    );
  }
  const name = uniqueName(stem);
  await asAdmin(adminUrl, async (admin) => {
    if (options.template === undefined) {
      await admin.query(`create database ${quoted(name)}`);
      return;
    }
    // One test file at a time prepares or copies: a template in use cannot be copied.
    await admin.query('select pg_advisory_lock(7310)');
    const template = `template_${options.template.name}`;
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [template]);
    if (rowCount === 0) {
      const half = `${template}_new`;
      await admin.query(`drop database if exists ${quoted(half)} with (force)`);
      await admin.query(`create database ${quoted(half)}`);
      await options.template.prepare(withDatabase(adminUrl, half));
      await admin.query(`alter database ${quoted(half)} rename to ${quoted(template)}`);
    }
    await admin.query(`create database ${quoted(name)} template ${quoted(template)}`);
  });
  return {
    name,
    url: withDatabase(adminUrl, name),
    drop: () =>
      asAdmin(adminUrl, async (admin) => {
        await admin.query(`drop database if exists ${quoted(name)} with (force)`);
      }),
  };
}

async function asAdmin(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.toString();
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
