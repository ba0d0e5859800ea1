export { ensureRolesAndDatabases, type RoleAndDatabase } from './databases.ts';
