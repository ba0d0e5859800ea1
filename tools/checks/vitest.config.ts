import { workspaceTests } from '../../vitest.shared.ts';

export default workspaceTests({
  globalSetup: ['@order-saga/testkit/postgres-setup', '@order-saga/testkit/kafka-setup'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
});
