import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { jobStatuses } from '../../queue/look-up.ts'
import { batchId, batchUrl } from './openapi-batch-examples.ts'
import { jobId, origin, profileJobId } from './openapi-job-examples.ts'

const kind = z.string().meta({ description: '`discovery` or `profile`' })
const errorCode = z.string().nullable().meta({ description: 'Of a failed job: docs/errors.md' })
const path = z.string().meta({ description: 'At the server that was asked' })
const url = z.url().nullable().meta({ description: 'Where the request reached this server; null: that is not known' })
const endedAt = z.iso.datetime().meta({ description: 'When it ended' })

const child = z.object({
  job_id: z.uuid(),
  kind,
  status: z.enum(jobStatuses),
  error_code: errorCode,
  status_path: path,
  status_url: url,
})

/** What a callback says of a job: `callback_body` (sql/migrations/0022_callback_state.sql) writes it. */
export const jobEnded = z
  .object({
    type: z.literal('job.ended'),
    timestamp: endedAt,
    data: z.object({
      job_id: z.uuid(),
      kind,
      status: z.enum(['completed', 'failed', 'cancelled']).meta({ description: 'At that end; it may be queued again' }),
      external_id: z.string().nullable().meta({ description: 'Of the request that the callback came with' }),
      error_code: errorCode,
      status_path: path,
      status_url: url,
      children: z.array(child).meta({ description: 'Of a discovery: its profile, which has ended, too' }),
    }),
  })
  .openapi('JobEnded')

const counts = z.object({ total: z.int(), completed: z.int(), failed: z.int(), cancelled: z.int() })

/** What a callback says of a batch. */
export const batchEnded = z
  .object({
    type: z.literal('batch.ended'),
    timestamp: endedAt,
    data: z.object({
      batch_id: z.uuid(),
      kind,
      lines: z.int(),
      invalid: z.int(),
      duplicates: z.int(),
      jobs: z
        .record(z.string(), counts)
        .meta({ description: 'By their kind; the profiles of a batch of discoveries, too' }),
      status_path: path,
      status_url: url,
      results_path: path,
      results_url: url,
    }),
  })
  .openapi('BatchEnded')

const jobExample: z.infer<typeof jobEnded> = {
  type: 'job.ended',
  timestamp: '2026-11-23T12:00:11.870Z',
  data: {
    job_id: jobId,
    kind: 'discovery',
    status: 'completed',
    external_id: '7',
    error_code: null,
    status_path: `/jobs/${jobId}`,
    status_url: `${origin}/jobs/${jobId}`,
    children: [
      {
        job_id: profileJobId,
        kind: 'profile',
        status: 'failed',
        error_code: 'NO_WEBSITE',
        status_path: `/jobs/${profileJobId}`,
        status_url: `${origin}/jobs/${profileJobId}`,
      },
    ],
  },
}

const batchExample: z.infer<typeof batchEnded> = {
  type: 'batch.ended',
  timestamp: '2026-11-23T12:09:41.020Z',
  data: {
    batch_id: batchId,
    kind: 'discovery',
    lines: 1000,
    invalid: 1,
    duplicates: 9,
    jobs: {
      discovery: { total: 990, completed: 985, failed: 5, cancelled: 0 },
      profile: { total: 940, completed: 931, failed: 9, cancelled: 0 },
    },
    status_path: `/v2/batches/${batchId}`,
    status_url: batchUrl,
    results_path: `/v2/batches/${batchId}/results`,
    results_url: `${batchUrl}/results`,
  },
}

const header = (name: string, description: string, required: boolean) =>
  ({ name, in: 'header', description, required, schema: { type: 'string' } }) as const

const signed = [
  header('webhook-id', 'The same at every try of a delivery: keep those that you have acted on', true),
  header('webhook-timestamp', 'When this try was made, in seconds since 1970', true),
  header('webhook-signature', 'As Standard Webhooks; where the server has a CALLBACK_SECRET', false),
]

const post = (operationId: string, summary: string, schema: string, example: object) => ({
  operationId,
  tags: ['Callbacks'],
  summary,
  description: 'docs/callbacks.md says what counts as delivered, when it is tried again and how it is signed.',
  security: [],
  parameters: signed,
  requestBody: {
    required: true,
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` }, example } },
  },
  responses: {
    '2XX': { description: 'Delivered; the body is not looked at' },
    '410': { description: 'Never tried again' },
    default: { description: 'Tried again, for a day' },
  },
})

/** What a job's callback is, and a batch's, as OpenAPI describes them under the operations that take a `callback_url`. */
const messages = {
  JobEnded: {
    '{$request.body#/callback_url}': {
      post: post('jobEnded', 'The job has ended, with its profile', 'JobEnded', jobExample),
    },
  },
  BatchEnded: {
    '{$request.body#/callback_url}': {
      post: post('batchEnded', 'The batch has ended', 'BatchEnded', batchExample),
    },
    '{$request.query.callback_url}': {
      post: post(
        'batchEndedOfFile',
        'The batch has ended, where its file came with a query',
        'BatchEnded',
        batchExample,
      ),
    },
  },
} as const

/** Adds the bodies and the messages to the document's components. */
export function describeCallbacks({ openAPIRegistry: registry }: Pick<OpenAPIHono, 'openAPIRegistry'>): void {
  registry.register('JobEnded', jobEnded)
  registry.register('BatchEnded', batchEnded)
  for (const [name, message] of Object.entries(messages)) {
    registry.registerComponent('callbacks', name, message as never)
  }
}

/** Refers an operation that takes a `callback_url` to what is sent there. */
export const callbacksOf = (subject: 'job' | 'batch') => ({
  ended: { $ref: `#/components/callbacks/${subject === 'job' ? 'JobEnded' : 'BatchEnded'}` },
})
