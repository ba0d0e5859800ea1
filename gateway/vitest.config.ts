import { workspaceTests } from '../vitest.shared.ts';

export default workspaceTests({
  // Vite would take graphql's ESM build and the libraries, loaded by Node, its CommonJS one: two copies, two schemas.
  alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
});
