import {
  batchAcceptedExample,
  batchExample,
  batchLineExample,
  batchResultExample,
  batchSummaryExample,
} from './openapi-batch-examples.ts'
import { companyExample, jobExample, jobId, jobSummaryExample, origin, profileJobId } from './openapi-job-examples.ts'

/** Of an operation's answer, by media type. */
export type RouteExamples = Record<string, unknown>

const json = (example: unknown): RouteExamples => ({ 'application/json': example })

const jobAccepted = (kind: string, id: string) =>
  json({
    job_id: id,
    kind,
    status: 'queued',
    terminal: false,
    status_url: `${origin}/jobs/${id}`,
    poll_after_seconds: 2,
    deduplicated: false,
    external_id: '7',
  })

const delivery = {
  id: '01a20617-32d5-7b6e-9a59-5b0b1c8a4f10',
  status: 'delivered',
  queued_at: '2026-11-23T12:03:09.120Z',
  attempts: 2,
  last_attempt_at: '2026-11-23T12:03:14.410Z',
  last_status: 200,
  last_error: null,
  next_try_at: null,
  delivered_at: '2026-11-23T12:03:14.480Z',
}

const callbacks = json({
  callbacks: [
    {
      id: '01a20616-d810-70d3-8fd0-6c1f5a0e7e21',
      url: 'https://n8n.example.com/webhook-waiting/123?…',
      created_at: '2026-11-23T12:00:00.010Z',
      deliveries: [delivery],
    },
  ],
})

const queue = (kind: string) => ({
  kind,
  paused: false,
  queued: 120,
  scheduled: 3,
  oldest_queued_seconds: 41.2,
  processing: 20,
  completed: 5130,
  failed: 17,
  cancelled: 2,
  workers_alive: 2,
  slots: 20,
})

const llm = {
  day: '2026-11-23',
  calls: 812,
  failed_calls: 4,
  tokens_in: 9_120_400,
  tokens_out: 402_300,
  latency_ms: 2210,
  cost: 14.2,
  budget_daily: 50,
  is_budget_spent: false,
  next_day_at: '2026-11-24T00:00:00.000Z',
}

const resultsCsv = '\ufefflinha;id externo;cnpj;razão social;…\r\n2;7;12.ABC.345/01DE-35;PADARIA EXEMPLO LTDA;…\r\n'
const events = [
  'retry: 2000',
  'event: progress\ndata: {"job_id":"…","status":"running","terminal":false,"progress":{"stage":"search","percent":20,"message":"Procurando o site"},"children":[]}',
  'event: end\nid: end\ndata: {"job_id":"…","status":"completed","terminal":true,"result":{}}',
]

/** What an operation answers when all is well. The requests' examples stand with their routes. */
export const examples: Record<string, RouteExamples> = {
  submitDiscovery: jobAccepted('discovery', jobId),
  submitProfile: jobAccepted('profile', profileJobId),
  getJob: json(jobExample),
  listJobs: json({ jobs: [jobSummaryExample], next: `${origin}/jobs?limit=1&cursor=${jobId}` }),
  cancelJob: json(withoutWaiting(jobExample)),
  retryJob: json(withoutWaiting(jobExample)),
  cancelJobs: json({ cancelled: 312 }),
  retryJobs: json({ retried: 17 }),
  followJob: { 'text/event-stream': `${events.join('\n\n')}\n\n` },
  getCompany: json(companyExample),
  createBatch: json(batchAcceptedExample),
  listBatches: json({ batches: [batchSummaryExample], next: null }),
  getBatch: json(batchExample),
  cancelBatch: json({ ...batchExample, jobs_cancelled: 3 }),
  retryBatch: json({ ...batchExample, jobs_retried: 1 }),
  getBatchReport: {
    ...json({ batch_id: batchExample.batch_id, lines: batchLineExample, next: null }),
    'application/x-ndjson': batchLineExample.map((line) => `${JSON.stringify(line)}\n`).join(''),
    'text/csv': '\ufefflinha;id externo;situação;job;erro\r\n3;8;inválida;;cnpj: não é um CNPJ válido\r\n',
  },
  getBatchResults: {
    ...json({ batch_id: batchExample.batch_id, terminal: false, results: [batchResultExample], next: null }),
    'application/x-ndjson': `${JSON.stringify(batchResultExample)}\n`,
    'text/csv': resultsCsv,
  },
  listJobCallbacks: callbacks,
  listBatchCallbacks: callbacks,
  resendCallback: json({ ...delivery, status: 'pending', attempts: 0, delivered_at: null, last_status: null }),
  listQueues: json({ queues: [queue('discovery'), queue('profile')] }),
  getDiscoveryMetrics: json(queue('discovery')),
  getProfileMetrics: json({ ...queue('profile'), llm }),
  pauseQueue: json({ kind: 'discovery', paused: true }),
  resumeQueue: json({ kind: 'discovery', paused: false }),
  purgeQueue: json({ kind: 'discovery', purged: 120 }),
  getHealth: json({ status: 'ok' }),
  getReadiness: json({ status: 'ready' }),
  getOpenApi: json({ openapi: '3.1.0', info: { title: 'Sonda', version: '2.0.0' }, paths: {} }),
}

function withoutWaiting({ waits_for: _waits, callbacks: _callbacks, ...job }: typeof jobExample) {
  return job
}
