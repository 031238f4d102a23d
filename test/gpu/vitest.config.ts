import { defineConfig } from 'vitest/config';

/** Real Chromium with a software GPU: slow, so one file at a time. */
export default defineConfig({
  test: {
    include: ['test/gpu/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
