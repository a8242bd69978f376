import { defineConfig } from 'vitest/config';

const common = { pool: 'forks', maxWorkers: '100%', testTimeout: 120_000, hookTimeout: 120_000 } as const;

// `*.test.ts` is fast and belongs to `npm run check`; `*.slow.test.ts` drives whole runs and belongs to `npm test`.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.slow.test.ts'],
        },
      },
      { test: { ...common, name: 'slow', include: ['test/**/*.slow.test.ts'] } },
    ],
  },
});
