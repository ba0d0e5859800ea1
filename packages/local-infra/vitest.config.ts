import { workspaceTests } from '../../vitest.shared.ts';

export default workspaceTests({ testTimeout: 30_000 });
