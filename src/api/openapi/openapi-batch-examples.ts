import { jobId, origin, profileExample, recordExample } from './openapi-job-examples.ts'

export const batchId = '01a20619-0b44-7d0a-8f2b-61d0a3c1e5f2'
export const batchUrl = `${origin}/v2/batches/${batchId}`
const reason = '"123" não é um CNPJ válido (um CNPJ tem 14 caracteres, e aqui há 3)'
const errors = [{ field: 'cnpj', reason }]

/** The answer to an upload. */
export const batchAcceptedExample = {
  batch_id: batchId,
  kind: 'discovery',
  status_url: batchUrl,
  results_url: `${batchUrl}/results`,
  report_url: `${batchUrl}/report`,
  lines: 1000,
  accepted: 990,
  duplicates: 9,
  invalid: 1,
  warnings: [],
  errors: [{ line: 3, external_id: '8', errors }],
  poll_after_seconds: 5,
  terminal: false,
}

/** A batch in a list. */
export const batchSummaryExample = {
  batch_id: batchId,
  kind: 'discovery',
  created_at: '2026-11-23T12:02:00.000Z',
  ended_at: null,
  terminal: false,
  lines: 1000,
  accepted: 990,
  duplicates: 9,
  invalid: 1,
  counts: {
    discovery: { total: 990, queued: 600, running: 20, completed: 369, failed: 1, cancelled: 0 },
    profile: { total: 310, queued: 4, running: 16, completed: 290, failed: 0, cancelled: 0 },
  },
  status_url: batchUrl,
  results_url: `${batchUrl}/results`,
  report_url: `${batchUrl}/report`,
}

/** A batch by itself. */
export const batchExample = {
  ...batchSummaryExample,
  progress: { percent: 36, stages: [{ kind: 'discovery', stage: 'search', jobs: 20 }] },
  eta_seconds: 210,
  poll_after_seconds: 21,
  callbacks: [],
}

/** Lines of the report. */
export const batchLineExample = [
  { line: 2, external_id: '7', status: 'accepted', job_id: jobId, errors: [] },
  { line: 3, external_id: '8', status: 'invalid', job_id: null, errors },
]

/** What came of a line. */
export const batchResultExample = {
  line: 2,
  external_id: '7',
  status: 'completed',
  terminal: true,
  duplicate: false,
  job_id: jobId,
  input: { cnpj: '12ABC34501DE35', profile: true, external_id: '7' },
  errors: [],
  error: null,
  discovery: {
    status: 'found',
    website: 'https://padaria.example/',
    confidence: 0.95,
    proof: 'cnpj',
    chosen_by: 'evidence',
    why_none: null,
    warnings: [],
    socials: ['https://www.instagram.com/padariaexemplo'],
    registry: recordExample,
  },
  profile_status: 'completed',
  profile_error: null,
  profile: profileExample,
}
