import { workspaceTests } from '../vitest.shared.ts';

export default workspaceTests({
  // Bounds for a machine that does much else; every wait in the tests is for a state and ends with it.
  hookTimeout: 60_000,
  // Vite would take graphql's ESM build and the libraries, loaded by Node, its CommonJS one: two copies, two schemas.
  alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
});
