/** What a process with a database has besides: apart, so that one without does not load MikroORM. */
export {
  type MigrationClass,
  type NamedMigration,
  type OrmOptions,
  openOrm,
  schemaDrift,
} from './database.ts';
export { untilDatabaseAnswers } from './database-wait.ts';
export { migrate } from './migrate.ts';
export { type PageQuery, pageOf } from './pages.ts';
export { runSetUp, setUpSettings } from './set-up.ts';
