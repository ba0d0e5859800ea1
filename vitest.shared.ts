import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** One configuration for every workspace; the report files feed the closing count of `npm test`. */
export function workspaceTests(own: ViteUserConfig['test'] = {}): ViteUserConfig {
  return defineConfig({
    test: {
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      reporters: ['default', 'json'],
      outputFile: { json: 'reports/test.json' },
      passWithNoTests: true,
      // Limits for what hangs, not for what is slow: tests also pass on a machine that is busy with other things.
      testTimeout: 90_000,
      hookTimeout: 120_000,
      ...own,
    },
  });
}
