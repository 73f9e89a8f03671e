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

/** Each runs alone, after the others: the machine's own slowness is not what it is about. */
const alone = { load: 'test/chaos/held-snapshot.test.ts', fleet: 'test/chaos/killed-fleet.test.ts' }

// What `npm run test:chaos` runs: real processes, killed, frozen and cut off from a real Postgres. Most of the time is
// waiting, so most files run side by side.
export default defineConfig({
  test: {
    projects: [
      project('faults', ['test/chaos/*.test.ts'], Object.values(alone), 0),
      ...Object.entries(alone).map(([name, file], at) => project(name, [file], [], at + 1)),
    ],
  },
})
