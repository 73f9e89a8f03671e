// The limit: the least that a Postgres queue whose results can be read by id can do. The same table in outline, the same
// partial index, one statement that finishes the last jobs and claims the next, prepared, over two connections that
// overlap. It leaves out everything else: the fence, liveness, tallies, attempts, deduplication, priorities, cancelling,
// handlers, timeouts, checks of the input, the log. The work of a job is `result = input`.

import postgres from 'postgres'
import { contend } from '../harness/contender.mjs'

const schema = `
  create table bare_jobs (
    id uuid primary key, status text not null default 'queued', claimed_by uuid, input json not null, result json
  ) with (fillfactor = 70);
  create index bare_jobs_due on bare_jobs (id) where status = 'queued'`

const turn = `
  with ended as (
    update bare_jobs set status = 'completed', claimed_by = null, result = e.result::json
    from unnest($2::uuid[], $3::text[]) as e (id, result)
    where bare_jobs.id = e.id and bare_jobs.claimed_by = $1::uuid
  ), due as materialized (
    select id from bare_jobs where status = 'queued' order by id limit $4::int for update skip locked
  )
  update bare_jobs set status = 'running', claimed_by = $1::uuid
  where id = any (array(select id from due))
  returning id, input`

/** Each of the two loops claims into half of the slots, as two overlapping statements of one worker do. */
const loops = 2

contend(async ({ url, jobs, slots }) => {
  const connection = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', jit: 'off' }
  const sql = postgres(url, { max: loops + 1, onnotice: () => {}, connection })
  const worker = '00000000-0000-7000-8000-000000000001'

  async function loop(onJob) {
    let ended = []
    do {
      const ids = ended.map(({ id }) => id)
      const results = ended.map(({ input }) => JSON.stringify(input))
      ended = await sql.unsafe(turn, [worker, ids, results, slots / loops], { prepare: true })
      for (const { id } of ended) onJob(id)
    } while (ended.length > 0)
  }

  return {
    async enqueue() {
      await sql.unsafe(schema)
      const rows = await sql`
        insert into bare_jobs (id, input) select uuidv7(), json_build_object('n', n) from generate_series(1, ${jobs}) n
        returning id`
      return rows.map(({ id }) => id)
    },
    async start(onJob) {
      for (let n = 0; n < loops; n++) void loop(onJob)
    },
    async readable(ids) {
      const [{ count }] = await sql`
        select count(*)::int from bare_jobs where id = any(${ids}::uuid[]) and status = 'completed' and result is not null`
      return count
    },
    async count() {
      const [{ count }] = await sql`
        select count(*)::int from bare_jobs where status = 'completed' and result is not null`
      return count
    },
    close: () => sql.end(),
  }
})
