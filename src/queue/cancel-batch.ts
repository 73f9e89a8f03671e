import { setTimeout as wait } from 'node:timers/promises'
import type { Pool } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { tallyShard } from './turn.ts'

/** Bounds a transaction, and so how long it holds its locks. */
const linesAtOnce = 1_000
/** A worker that writes to a job is done in milliseconds; a request that joins one takes as long as its whole batch. */
const pauseMs = 20
const patienceMs = 5_000

/**
 * Notes that the batch wants none of its jobs any longer, and cancels the live ones among its lines, made for it or
 * joined, that nobody else wants; and their children. Others are: a batch that is not cancelled, a single request that
 * made the job, and one that was answered with it. Returns how many jobs were cancelled. `retryBatch` and `retryWhere`
 * take the note back.
 *
 * It never waits for a lock, so that it keeps nobody waiting who waits for it: a job that somebody is writing to is looked
 * at again. One that a transaction holds for longer than 5 s stays; it is being joined.
 */
export async function cancelBatch(pool: Pool, batchId: string): Promise<number> {
  // By itself: of two batches that are cancelled at the same time, the later one to look then sees both notes.
  await run(pool, 'batch_cancel', [batchId])
  const deadline = performance.now() + patienceMs
  for (let cancelled = 0; ; ) {
    const { found, ended } = await cancelOnce(pool, batchId)
    cancelled += ended
    // What was found and then got away was being written to, joined, or had just ended and may have left a child.
    if (ended === found || performance.now() > deadline) return cancelled
    await wait(pauseMs)
  }
}

/** `found`: the jobs that nobody seemed to want. */
async function cancelOnce(pool: Pool, batchId: string): Promise<{ found: number; ended: number }> {
  let found = 0
  let ended = 0
  let after = -1
  for (;;) {
    type Found = { last: number | null; ids: string[] }
    const [row] = await run<Found>(pool, 'batch_find_unwanted', [batchId, after, linesAtOnce])
    const { last, ids } = row!
    found += ids.length
    if (ids.length > 0) ended += await cancelUnwanted(pool, ids)
    if (last === null) return { found, ended }
    after = last
  }
}

/** Two statements: the second sees whoever had joined a job before the first locked it, and nobody joins it after that. */
const cancelUnwanted = (pool: Pool, ids: readonly string[]): Promise<number> =>
  pool.begin(async (tx) => {
    const held = await run<{ id: string }>(tx, 'job_hold', [ids])
    return (await run(tx, 'job_cancel_unwanted', [held.map(({ id }) => id), tallyShard])).length
  })
