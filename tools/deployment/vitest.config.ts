import { workspaceTests } from '../../vitest.shared.ts';

export default workspaceTests({
  globalSetup: ['@order-saga/testkit/postgres-setup', '@order-saga/testkit/kafka-setup'],
  hookTimeout: 60_000,
});
