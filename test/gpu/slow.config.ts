import { defineConfig } from 'vitest/config';

/** What takes minutes on a software GPU: a step of an encoder of true size. */
export default defineConfig({
  test: {
    include: ['test/gpu/**/*.slow.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
