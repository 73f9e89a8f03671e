import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Pool } from '../../src/db/connect.ts'
import { postgres } from '../../src/db/driver.ts'
import { cancel } from '../../src/queue/cancel.ts'
import { enqueue } from '../../src/queue/enqueue.ts'
import type { JobOutcome } from '../../src/queue/outcome.ts'
import { beat, register } from '../../src/queue/presence.ts'
import { handBackUnknown, promote, reap } from '../../src/queue/recover.ts'
import { retry } from '../../src/queue/retry.ts'
import { type Claim, turn } from '../../src/queue/turn.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'

// Random lives of a queue, played on the SQL and on a model of it that a person can check by eye. One connection, and a
// clock that the test moves, so that every step has one right answer.

const kind = testKind()
let database: TestDatabase
let sql: Pool
beforeAll(async () => {
  database = await createTestDatabase()
  sql = postgres(database.url, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await sql.end()
  await database.drop()
})

type ModelJob = {
  n: number
  priority: number
  status: string
  attempt: number
  claims: number
  stalls: number
  worker: number | null
  runAt: number | null
}
type Held = { worker: number; claim: Claim }

const worker = fc.integer({ min: 0, max: 2 })
const pick = fc.nat({ max: 30 })
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('enqueue' as const),
      n: fc.nat({ max: 6 }),
      priority: fc.nat({ max: 2 }),
      delayS: fc.constantFrom(0, 0, 0, 20),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('claim' as const), worker, count: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      pick,
      how: fc.constantFrom('complete', 'fail', 'retry', 'snooze', 'hand_back'),
      alsoClaim: fc.nat({ max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('retry' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reap' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('promote' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget_claims' as const), worker }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(1, 10, 30),
      beating: fc.array(worker, { maxLength: 3 }),
    }),
  },
)

const delayMs = 10_000
const error = { code: 'TIMEOUT' as const, message: 'x', attempt: 1, at: '' }
const outcomes: Record<string, JobOutcome> = {
  complete: { status: 'completed', result: {} },
  fail: { status: 'failed', error },
  retry: { status: 'queued', error, delayMs, counts: true },
  snooze: { status: 'queued', error, delayMs, counts: false },
  hand_back: { status: 'queued', error: null, delayMs: 0, counts: false },
}

test('whatever happens in whatever order, the table says what the model says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      await sql`truncate jobs, workers, job_tallies, paused_kinds`
      let now = Date.UTC(2026, 10, 23)
      const setClock = () => sql`select set_config('sonda.now', ${new Date(now).toISOString()}, false)`
      await setClock()
      const model = new Map<string, ModelJob>()
      const held: Held[] = [] // every claim ever given, stale ones too
      const ids = [
        await register(sql, kind.name, 9),
        await register(sql, kind.name, 9),
        await register(sql, kind.name, 9),
      ]
      const beats = [now, now, now]
      const endings = { completed: 0, failed: 0, cancelled: 0 }

      const isLive = ({ status }: ModelJob) => status === 'queued' || status === 'running'
      const back = (job: ModelJob) => Object.assign(job, { status: 'queued', worker: null, runAt: null })
      const end = (job: ModelJob, status: 'completed' | 'failed' | 'cancelled') => {
        endings[status] += 1
        Object.assign(job, { status, worker: null, runAt: null })
      }
      const expectClaims = (by: number, count: number, claimed: readonly Claim[]) => {
        const due = [...model].filter(([, job]) => job.status === 'queued' && job.runAt === null)
        due.sort(([a, x], [b, y]) => x.priority - y.priority || (a < b ? -1 : 1))
        const wanted = due.slice(0, count).map(([id]) => id)
        expect(claimed.map(({ id }) => id).sort()).toEqual([...wanted].sort())
        for (const claim of claimed) {
          const job = model.get(claim.id)!
          Object.assign(job, { status: 'running', worker: by, attempt: job.attempt + 1, claims: job.claims + 1 })
          held.push({ worker: by, claim })
        }
      }

      for (const each of steps) {
        if (each.do === 'enqueue') {
          const { id, deduplicated } = await enqueue(
            sql,
            kind,
            { n: each.n },
            { priority: each.priority, delayMs: each.delayS * 1000 },
          )
          const live = [...model].find(([, job]) => job.n === each.n && isLive(job))
          expect(deduplicated ? id : undefined).toBe(live?.[0])
          const runAt = each.delayS > 0 ? now + each.delayS * 1000 : null
          if (!live) model.set(id, { ...each, status: 'queued', attempt: 0, claims: 0, stalls: 0, worker: null, runAt })
          else if (live[1].status === 'queued') live[1].priority = Math.min(live[1].priority, each.priority)
        } else if (each.do === 'claim') {
          const { claimed } = await turn(sql, {
            workerId: ids[each.worker]!,
            kind: kind.name,
            ended: [],
            claimCount: each.count,
          })
          expectClaims(each.worker, each.count, claimed)
        } else if (each.do === 'end') {
          const one = held[each.pick % Math.max(1, held.length)]
          if (!one) continue
          const job = model.get(one.claim.id)!
          const isOurs = job.status === 'running' && job.worker === one.worker && job.claims === one.claim.claims
          const ended = [{ claim: one.claim, outcome: outcomes[each.how]! }]
          const { written, claimed } = await turn(sql, {
            workerId: ids[one.worker]!,
            kind: kind.name,
            ended,
            claimCount: each.alsoClaim,
          })
          expect(written.has(one.claim.id)).toBe(isOurs)
          // The claim of the same statement sees the table as it was before: what goes back now is claimed next time.
          expectClaims(one.worker, each.alsoClaim, claimed)
          if (!isOurs) continue
          if (each.how === 'complete') end(job, 'completed')
          else if (each.how === 'fail') end(job, 'failed')
          else {
            back(job)
            if (each.how !== 'retry') job.attempt -= 1
            if (each.how !== 'hand_back') job.runAt = now + delayMs
          }
        } else if (each.do === 'cancel' || each.do === 'retry') {
          const id = [...model.keys()][each.pick % Math.max(1, model.size)]
          if (!id) continue
          const job = model.get(id)!
          if (each.do === 'cancel') {
            expect(await cancel(sql, [id])).toEqual(isLive(job) ? [id] : [])
            if (isLive(job)) end(job, 'cancelled')
          } else {
            const isFree = ![...model.values()].some((other) => other.n === job.n && isLive(other))
            const comesBack = (job.status === 'failed' || job.status === 'cancelled') && isFree
            expect((await retry(sql, [id])).map((retried) => retried.id)).toEqual(comesBack ? [id] : [])
            if (comesBack) Object.assign(back(job), { attempt: 0, stalls: 0 })
          }
        } else if (each.do === 'reap') {
          const dead = [0, 1, 2].filter((at) => now - beats[at]! > 35_000)
          await reap(sql)
          for (const job of model.values()) {
            if (job.status !== 'running' || !dead.includes(job.worker!)) continue
            Object.assign(back(job), { attempt: job.attempt - 1, stalls: job.stalls + 1 })
            if (job.stalls >= 3) end(job, 'failed')
          }
          for (const at of dead) {
            expect(await beat(sql, ids[at]!, { running: 0, isDraining: false, gapSeconds: 20 })).toBe(false)
            ids[at] = await register(sql, kind.name, 9)
            beats[at] = now
            // A claim names the worker by its place here; the old id's claims are stale for good.
            for (const one of held) if (one.worker === at) one.claim = { ...one.claim, claims: -1 }
          }
        } else if (each.do === 'promote') {
          await promote(sql)
          for (const job of model.values())
            if (job.status === 'queued' && job.runAt !== null && job.runAt <= now) job.runAt = null
        } else if (each.do === 'forget_claims') {
          await handBackUnknown(sql, ids[each.worker]!, [])
          for (const job of model.values()) {
            if (job.status === 'running' && job.worker === each.worker)
              Object.assign(back(job), { attempt: job.attempt - 1 })
          }
        } else {
          now += each.seconds * 1000
          await setClock()
          for (const at of new Set(each.beating)) {
            expect(await beat(sql, ids[at]!, { running: 0, isDraining: false, gapSeconds: 20 })).toBe(true)
            beats[at] = now
          }
        }
        const rows = await sql`select id, status, attempt, claims, stalls, claimed_by, run_at from jobs`
        const shown = rows.map((row) => [
          row.id,
          row.status,
          row.attempt,
          row.claims,
          row.stalls,
          row.claimed_by,
          row.run_at?.getTime() ?? null,
        ])
        const wanted = [...model].map(([id, job]) => [
          id,
          job.status,
          job.attempt,
          job.claims,
          job.stalls,
          job.worker === null ? null : ids[job.worker],
          job.runAt,
        ])
        expect(shown.sort()).toEqual(wanted.sort())
      }
      const [tally] =
        await sql`select coalesce(sum(completed), 0)::int as completed, coalesce(sum(failed), 0)::int as failed,
        coalesce(sum(cancelled), 0)::int as cancelled from job_tallies`
      expect({ ...tally }).toEqual(endings)
    }),
    { numRuns: 150 },
  )
}, 120_000)
