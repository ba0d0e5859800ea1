export { type NamedMigration, type OrmOptions, openOrm, schemaDrift } from './database.ts';
export { createLog, LOG_LEVELS, type Log, type LogLevel, type LogOptions, silentLog } from './log.ts';
export { migrate } from './migrate.ts';
