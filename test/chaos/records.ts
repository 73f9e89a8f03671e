import { expect } from 'vitest'
import type { Pool } from '../../src/db/connect.ts'
import { enqueueBatch } from '../../src/queue/enqueue.ts'
import { until } from '../support/poll.ts'
import { type ChaosInput, chaosKind } from './chaos-kind.ts'

/**
 * Makes the database note by itself what happens to jobs: `endings` gets a row whenever a statement gives a job a status
 * that is final, and `completions` one from each job that stores. Nothing there is unique, so that a double shows.
 */
export async function keepRecords(sql: Pool): Promise<void> {
  await sql.unsafe(`
    create table completions (job_id uuid not null, worker_pid integer not null, at timestamptz not null default now());
    create table endings (job_id uuid not null, status text not null);
    create function note_ending() returns trigger language plpgsql as
      $$ begin insert into endings (job_id, status) values (new.id, new.status); return null; end $$;
    create trigger note_ending after update of status on jobs for each row
      when (new.status in ('completed', 'failed', 'cancelled')) execute function note_ending();`)
}

/** Enqueues as many jobs as `inputOf` is asked for; every other one stores something. */
export async function submit(
  sql: Pool,
  count: number,
  inputOf: (n: number) => Partial<ChaosInput> = () => ({}),
): Promise<string[]> {
  const items = Array.from({ length: count }, (_each, n) => ({
    input: { n, ms: 0, act: 'ok' as const, stores: n % 2 === 0, ...inputOf(n) },
  }))
  const { jobs } = await enqueueBatch(sql, chaosKind(), items)
  return jobs.map(({ id }) => id)
}

/** Waits until every job has ended; the database may be away while this asks. */
export const allEnded = (sql: Pool, deadlineMs: number) =>
  until(
    'every job to end',
    async () => {
      const [open] = await sql`select count(*)::int as n from jobs where status in ('queued', 'running')`.catch(
        () => [],
      )
      return open?.n === 0
    },
    deadlineMs,
  )

/** Every job has ended, exactly once, and what it stores is there exactly when it is completed. */
export async function expectExactlyOnce(sql: Pool, count: number): Promise<void> {
  const [jobs] = await sql`select count(*)::int as n from jobs where status in ('completed', 'failed', 'cancelled')`
  expect(jobs!.n).toBe(count)
  const wrong = await sql`
    select jobs.id, jobs.status, jobs.attempt, jobs.stalls,
      (select array_agg(e.status) from endings e where e.job_id = jobs.id) as endings,
      (select array_agg(c.worker_pid) from completions c where c.job_id = jobs.id) as completions
    from jobs
    where (select array_agg(e.status) from endings e where e.job_id = jobs.id) is distinct from array[jobs.status]
      or (select count(*) from completions c where c.job_id = jobs.id) <>
        case when jobs.status = 'completed' and (jobs.input->>'stores')::bool then 1 else 0 end
    limit 10`
  expect(wrong).toEqual([])
  const [tally] = await sql`select sum(completed + failed + cancelled)::int as n from job_tallies`
  expect(tally!.n).toBe(count)
}

/** How many jobs ended how: `completed attempt 1, stalls 0` and the like. */
export async function endings(sql: Pool): Promise<Record<string, number>> {
  const rows = await sql<{ ending: string; n: number }[]>`
    select concat(status, ' attempt ', attempt, ' stalls ', stalls) as ending, count(*)::int as n
    from jobs group by 1 order by 1`
  return Object.fromEntries(rows.map(({ ending, n }) => [ending, n]))
}

/** One line of figures about a case. */
export function print(name: string, figures: Record<string, unknown>): void {
  const told = Object.entries(figures).map(
    ([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`,
  )
  process.stdout.write(`chaos: ${name}: ${told.join(', ')}\n`)
}

/** Seconds since then, for a person to read. */
export const secondsSince = (startMs: number): number => Math.round((performance.now() - startMs) / 100) / 10
