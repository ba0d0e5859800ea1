import { parseArgs } from 'node:util';
import pg from 'pg';
import { runningSystem } from './running.ts';
import { CliError } from './system/cli-error.ts';
import { DATABASES } from './system/services.ts';
import { table } from './table.ts';

const MOST_ROWS = 200;

/** `npm run sql -- orders "select …"`: asks one of the three databases; the statement runs as it is given. */
export async function run(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, 'data-dir': { type: 'string' } },
  });
  const [wanted, sql] = positionals;
  const database = DATABASES.find((name) => name === wanted);
  if (database === undefined || !sql) {
    throw new CliError(
      'USAGE',
      `npm run sql -- DATABASE "select …", where DATABASE is ${DATABASES.join(', ')}`,
    );
  }
  const { databases } = await runningSystem(values['data-dir']);
  const client = new pg.Client({ connectionString: databases[database] });
  await client.connect();
  try {
    const answer = await client.query(sql);
    const last = Array.isArray(answer) ? answer.at(-1) : answer;
    if (values.json) console.log(JSON.stringify(last.rows));
    else print(last);
    return 0;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    console.error(`${database}: ${error.message}`);
    return 1;
  } finally {
    await client.end();
  }
}

function print({ rows, fields, rowCount, command }: pg.QueryResult): void {
  if (fields.length === 0) {
    console.log(`${command} ${rowCount ?? ''}`.trimEnd());
    return;
  }
  console.log(
    table(
      rows.slice(0, MOST_ROWS),
      fields.map(({ name }) => name),
    ),
  );
  console.log(
    rows.length > MOST_ROWS
      ? `(${MOST_ROWS} of ${rows.length} rows)`
      : `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`,
  );
}
