import { workspaceTests } from '../vitest.shared.ts';

export default workspaceTests({
  globalSetup: ['test/set-up/kafka-availability.ts'],
  fileParallelism: false,
  testTimeout: 240_000,
});
