import { defineConfig } from 'vitest/config';

/** A step of an encoder of true size takes minutes on a software GPU: `TAGSMITH_SLOW=1 npx vitest run --config test/gpu/vitest.config.ts test/gpu/slow`. */
const slow = process.env.TAGSMITH_SLOW === '1';

/** Real Chromium with a software GPU: slow, so the files run side by side on all cores, except the steps of true size. */
export default defineConfig({
  test: {
    include: ['test/gpu/**/*.test.ts'],
    exclude: slow ? [] : ['test/gpu/slow/**'],
    testTimeout: slow ? 1_800_000 : 600_000,
    hookTimeout: 120_000,
    fileParallelism: !slow,
    maxWorkers: '100%',
  },
});
