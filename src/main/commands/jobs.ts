import type { Pool } from '../../db/connect.ts'
import { kinds } from '../../kinds/registry.ts'
import { type CancelFilter, cancel, cancelWhere } from '../../queue/cancel.ts'
import { createFairShare } from '../../queue/fair-share.ts'
import type { Hints } from '../../queue/hints.ts'
import { getJob, type Job } from '../../queue/look-up.ts'
import { type RetryFilter, retry, retryWhere } from '../../queue/retry.ts'
import { type Command, wrongUsageExitCode } from './command.ts'
import { withDatabase } from './command-database.ts'
import { type JobsRequest, jobsHelp, parseJobsArguments } from './jobs-arguments.ts'
import { counted } from './read/read-report.ts'
import { oneLine } from './terminal.ts'

const failedExitCode = 1

/** `sonda jobs`: shows, cancels and retries jobs, whoever owns them. */
export const jobs: Command = async (args) => {
  const request = parseJobsArguments(args)
  if (request === 'help') {
    console.log(jobsHelp)
    return 0
  }
  if ('problem' in request) {
    console.error(`sonda: ${request.problem} Veja sonda jobs --help`)
    return wrongUsageExitCode
  }
  return withDatabase((pool, hints) => act(request, pool, hints))
}

async function act(request: JobsRequest, pool: Pool, hints: Hints): Promise<number> {
  if (request.action === 'show') {
    const job = await getJob(pool, request.id)
    if (!job) return notFound(request.id)
    console.log(request.asJson ? JSON.stringify(job, null, 2) : described(job))
    return 0
  }
  if ('filter' in request) {
    const { action, filter } = request
    const count =
      action === 'cancel'
        ? await cancelWhere(pool, filter as CancelFilter)
        : await retryAll(pool, hints, { status: 'failed', ...filter } as RetryFilter)
    console.log(`${said(action, count)}.`)
    return 0
  }
  const { action, ids } = request
  let done: string[]
  if (action === 'cancel') done = await cancel(pool, ids)
  else {
    const retried = await retry(pool, ids)
    for (const { kind } of retried) hints.send(kind)
    done = retried.map(({ id }) => id)
  }
  if (done.length > 0) console.log(`${said(action, done.length)}.`)
  const left = ids.map((id) => id.toLowerCase()).filter((id) => !done.includes(id))
  for (const id of left) {
    const job = await getJob(pool, id)
    if (job) console.error(`sonda: ${id} fica como está: ${whyLeft(action, job)}.`)
    else notFound(id)
  }
  return left.length > 0 ? failedExitCode : 0
}

async function retryAll(pool: Pool, hints: Hints, filter: RetryFilter): Promise<number> {
  const share = createFairShare(pool)
  let count = 0
  for (const { name } of kinds.filter(({ name }) => filter.kind === undefined || filter.kind === name)) {
    const queued = await retryWhere(pool, { ...filter, kind: name }, await share.batch(name, ''))
    if (queued > 0) hints.send(name)
    count += queued
  }
  return count
}

const said = (action: 'cancel' | 'retry', count: number): string =>
  action === 'cancel'
    ? counted(count, 'job cancelado', 'jobs cancelados')
    : counted(count, 'job voltou para a fila', 'jobs voltaram para a fila')

function notFound(id: string): number {
  console.error(`sonda: não há job com o id ${id}.`)
  return failedExitCode
}

const statusWords = {
  queued: 'na fila',
  running: 'em execução',
  completed: 'concluído',
  failed: 'falhou',
  cancelled: 'cancelado',
}

function whyLeft(action: 'cancel' | 'retry', { status }: Job): string {
  if (action === 'retry' && (status === 'failed' || status === 'cancelled')) {
    return 'já há outro job desta empresa na fila ou em execução'
  }
  return `está ${statusWords[status]}`
}

function described(job: Job): string {
  const progress = job.progress as { percent: number; message: string } | null
  const lines: [string, string | null | undefined][] = [
    ['job', job.id],
    ['tipo', job.kind],
    ['estado', statusWords[job.status]],
    ['empresa', job.subject],
    ['dono', job.owner],
    ['tentativa', `${job.attempt} de ${job.max_attempts}`],
    ['criado em', job.created_at.toISOString()],
    ['começou em', job.started_at?.toISOString()],
    ['tenta de novo', job.run_at?.toISOString()],
    ['terminou em', job.finished_at?.toISOString()],
    ['progresso', job.status === 'running' && progress ? `${progress.percent}% ${progress.message}` : null],
    ['erro', job.error && `${job.error.code}: ${job.error.message}`],
    ...(job.children ?? []).map((child): [string, string] => [
      'gerou',
      `${child.id} (${child.kind}, ${statusWords[child.status]})`,
    ]),
  ]
  return lines.flatMap(([name, value]) => (value ? [`${name.padEnd(14)}${oneLine(value)}`] : [])).join('\n')
}
