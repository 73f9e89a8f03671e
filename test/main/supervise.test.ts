import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { supervise } from '../../src/main/supervise.ts'
import { until } from '../support/poll.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sonda-supervise-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }

/** Keeps a process running that ends as it is told to, and says when each was started. */
async function startsOf(how: 'after its jobs' | 'too soon', wanted: number, deadlineMs: number): Promise<number[]> {
  const file = join(folder, 'starts')
  const module = new URL('./short-lived-process.mjs', import.meta.url)
  const supervised = supervise({ name: 'short-lived', module, args: [file, how], env: process.env, log })
  const starts = () => readFileSync(file, 'utf8').trim().split('\n').map(Number)
  try {
    await supervised.ready
    await until(`${wanted} starts`, () => starts().length >= wanted, deadlineMs)
    return starts()
  } finally {
    await supervised.stop(1_000)
  }
}

const gaps = (times: readonly number[]) => times.slice(1).map((time, n) => time - times[n]!)

test('a process that has run its jobs is replaced at once, however quickly it did', async () => {
  // With a pause before each the fifth would be started 7.5 s after the first.
  const starts = await startsOf('after its jobs', 5, 7_000)
  expect(starts.length).toBeGreaterThanOrEqual(5)
})

test('one that ends too soon is started again later and later', async () => {
  const [first, second] = gaps(await startsOf('too soon', 3, 10_000))
  expect(first).toBeGreaterThanOrEqual(500)
  expect(second).toBeGreaterThanOrEqual(1_000)
})
