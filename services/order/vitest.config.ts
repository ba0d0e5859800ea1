import { workspaceTests } from '../../vitest.shared.ts';

export default workspaceTests({ globalSetup: ['@order-saga/testkit/postgres-setup'] });
