import { defineConfig } from 'vitest/config'

const project = (name: string, include: string[], exclude: string[], groupOrder: number) => ({
  test: {
    name,
    include,
    exclude,
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    maxWorkers: 6,
    sequence: { groupOrder },
  },
})

const measured = ['test/chaos/held-snapshot.test.ts']

// What `npm run test:chaos` runs: real processes, killed, frozen and cut off from a real Postgres. Most of the time is
// waiting, so the files run side by side; the one that measures throughput runs after them, alone.
export default defineConfig({
  test: { projects: [project('faults', ['test/chaos/*.test.ts'], measured, 0), project('load', measured, [], 1)] },
})
