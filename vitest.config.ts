import { defineConfig } from 'vitest/config'

// Two projects: `pure` needs neither a database nor a process of ours, and runs in `npm run check`;
// `database` runs on a throw-away Postgres that test/support/global-setup.ts starts.
export default defineConfig({
  test: {
    // More than the cores: most of the time goes into waiting for processes, deadlines and delays.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.db.test.ts', 'test/chaos/**'],
          // Nothing here keeps state in a module, and loading everything anew for each file would double the time.
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'database',
          include: ['test/**/*.db.test.ts'],
          exclude: ['test/chaos/**'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
