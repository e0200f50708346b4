import { defineConfig } from '@playwright/test';

/**
 * Windows of the real app, one at a time: they share a display, a keychain and two cores. No retries, because
 * a test that passes the second time has found something.
 */
export default defineConfig({
  testDir: 'test',
  outputDir: 'test-results/e2e',
  preserveOutput: 'failures-only',
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: { trace: 'retain-on-failure' },
  projects: [
    { name: 'e2e', testDir: 'test/e2e' },
    { name: 'screenshots', testDir: 'test/screenshots' },
  ],
});
