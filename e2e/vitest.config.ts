import { workspaceTests } from '../vitest.shared.ts';

export default workspaceTests({
  globalSetup: ['test/set-up/shared-system.ts'],
  // The stories share one system and two cores.
  fileParallelism: false,
  hookTimeout: 90_000,
});
