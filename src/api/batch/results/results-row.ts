import { z } from '@hono/zod-openapi'
import type { LineResult } from '../../../queue/batches.ts'
import { jobStatuses } from '../../../queue/look-up.ts'
import { isTerminal } from '../../job/job-view.ts'
import { storedProfile } from '../../openapi/result-schemas.ts'

const anyObject = z.record(z.string(), z.unknown())
const jobError = z.object({ code: z.string(), message: z.string() })

const discoverySchema = z.object({
  status: z.enum(['found', 'none', 'ambiguous']).nullable(),
  website: z.string().nullable(),
  confidence: z.number().nullable(),
  proof: z.string().nullable(),
  chosen_by: z.string().nullable(),
  why_none: z.string().nullable(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  socials: z.array(z.string()),
  registry: anyObject.nullable(),
})

/** A line of a batch with what came of it, the same in JSON and NDJSON. */
export const resultRowSchema = z
  .object({
    line: z.int().meta({ description: 'In what was sent; the first is 1.' }),
    external_id: z.string().nullable(),
    status: z.enum(['invalid', ...jobStatuses, 'forgotten']).meta({
      description:
        'Of the job that stands for the line. `invalid`: it was not enqueued; `forgotten`: the job is deleted.',
    }),
    terminal: z
      .boolean()
      .meta({ description: 'Nothing more will come of the line: its job and its profile have ended.' }),
    duplicate: z.boolean().meta({
      description: 'Another line, or a job that was live already, stands for it: this is what came of that one.',
    }),
    job_id: z.uuid().nullable(),
    input: anyObject.nullable().meta({ description: 'What the job was asked; of an invalid line what was given.' }),
    errors: z
      .array(z.object({ field: z.string(), reason: z.string() }))
      .meta({ description: 'What is wrong with an invalid line. `field` is empty where it is the line as a whole.' }),
    error: jobError.nullable().meta({ description: 'Why the job failed, or its last try. Codes: docs/errors.md.' }),
    discovery: discoverySchema
      .nullable()
      .meta({ description: 'What a discovery found, without candidates and reasons: docs/discovery.md.' }),
    profile_status: z.enum(jobStatuses).nullable(),
    profile_error: jobError.nullable(),
    profile: storedProfile.nullable().meta({ description: 'The whole profile: docs/profile.md.' }),
  })
  .openapi('BatchResult')

export type ResultRow = z.infer<typeof resultRowSchema>

/** What is read of a discovery's result; of a profile's, all. */
export const wantedFields = (kind: string): readonly string[] | null =>
  kind === 'discovery' ? [...Object.keys(discoverySchema.shape), 'reused'] : null

/** `kind` is the batch's: its jobs are discoveries, whose children are profiles, or profiles themselves. */
export function resultRow(kind: string, found: LineResult): ResultRow {
  const { job_id, complaints, status } = found
  const isDiscovery = kind === 'discovery'
  const reused = fieldsOf(fieldsOf(isDiscovery ? found.result : null).reused).profile
  return {
    line: found.line,
    external_id: found.external_id,
    status: job_id === null ? 'invalid' : (status ?? 'forgotten'),
    terminal:
      status === null || (isTerminal(status) && (found.child_status === null || isTerminal(found.child_status))),
    duplicate: found.is_duplicate,
    job_id,
    input: (job_id === null ? (found.given as ResultRow['input']) : found.input) ?? null,
    errors: complaints ?? [],
    error: errorOf(found.error),
    discovery: isDiscovery && found.result ? discoveryOf(found.result) : null,
    profile_status: isDiscovery ? (found.child_status ?? (isObject(reused) ? 'completed' : null)) : status,
    profile_error: errorOf(found.child_error),
    profile: isDiscovery ? (found.child_result ?? (isObject(reused) ? reused : null)) : found.result,
  }
}

function discoveryOf(result: Record<string, unknown>): ResultRow['discovery'] {
  const parsed = discoverySchema.safeParse({ warnings: [], socials: [], ...nothingYet, ...result })
  // What another version wrote may have another shape: then nothing is said rather than something wrong.
  return parsed.success ? parsed.data : { ...nothingYet, warnings: [], socials: [] }
}

const nothingYet = {
  status: null,
  website: null,
  confidence: null,
  proof: null,
  chosen_by: null,
  why_none: null,
  registry: null,
}

const errorOf = (error: { code: string; message: string } | null) =>
  error && { code: error.code, message: error.message }
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const fieldsOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {})
