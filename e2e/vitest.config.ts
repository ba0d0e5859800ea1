import { workspaceTests } from '../vitest.shared.ts';

export default workspaceTests({
  globalSetup: ['test/set-up/shared-system.ts'],
  // The stories share one system and two cores.
  fileParallelism: false,
  testTimeout: 90_000,
  hookTimeout: 90_000,
});
