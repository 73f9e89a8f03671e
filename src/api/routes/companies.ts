import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { run } from '../../db/queries.ts'
import { companyFields } from '../../kinds/company-fields.ts'
import type { AppContext } from '../app.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { storedProfile, storedRecord } from '../openapi/result-schemas.ts'
import { problem } from '../problem.ts'
import { parseFields } from '../request/field-errors.ts'

const time = z.iso.datetime()
const anyObject = z.record(z.string(), z.unknown())

const answer = z
  .object({
    cnpj: z.string(),
    registry: z
      .object({ record: storedRecord, found_at: time.nullable() })
      .nullable()
      .meta({ description: 'What the public registry of companies says.' }),
    website: z
      .object({
        url: z.url().nullable().meta({ description: 'null: it was looked for, and none was found.' }),
        status: z.string().nullable().meta({ description: 'Of the discovery: found, none, ambiguous.' }),
        confidence: z.number().nullable(),
        reasons: z.array(anyObject),
        found_at: time.nullable(),
      })
      .nullable()
      .meta({ description: 'null: it was never looked for. docs/discovery.md.' }),
    profile: z
      .object({ profile: storedProfile, found_at: time.nullable() })
      .nullable()
      .meta({ description: 'docs/profile.md.' }),
  })
  .openapi('Company')

type Row = {
  registry: Record<string, unknown> | null
  registered_at: Date | null
  website: string | null
  discovery: { status?: string; confidence?: number | null; reasons?: Record<string, unknown>[] } | null
  discovered_at: Date | null
  profile: Record<string, unknown> | null
  profiled_at: Date | null
}

const parameters = z.object({ cnpj: companyFields.cnpj.pipe(z.string({ error: 'informe o CNPJ' })) })

/** GET /v2/companies/{cnpj}: what is known of a company by now, whoever asked for it. */
export function companyRoute(app: OpenAPIHono, { pool }: Pick<AppContext, 'pool'>): void {
  const route = createRoute({
    method: 'get',
    path: '/v2/companies/{cnpj}',
    operationId: 'getCompany',
    tags: ['Companies'],
    summary: 'What is known of a company by now: registry, website, profile, and since when',
    description: 'Whoever asked for it. What was never looked for is null.',
    request: {
      params: z.object({
        cnpj: z.string().meta({ description: 'With or without punctuation', example: '12ABC34501DE35' }),
      }),
    },
    responses: {
      200: { description: 'The company', content: { 'application/json': { schema: answer } } },
      ...refusals('FIELD_INVALID', 'COMPANY_NOT_FOUND'),
    },
  })
  app.openAPIRegistry.registerPath(route)
  // The punctuation of a CNPJ has a slash, which not every client writes as %2F.
  app.get('/v2/companies/:cnpj{[^]+}', async (c) => {
    const parsed = parseFields(c, parameters, { cnpj: c.req.param('cnpj') })
    if ('refusal' in parsed) return parsed.refusal
    const { cnpj } = parsed.fields
    const [row] = await run<Row>(pool, 'company_get', [cnpj])
    if (!row) {
      const detail = `Ainda não se sabe nada da empresa ${cnpj}. Peça a descoberta com POST /v2/scrape.`
      return problem(c, 'COMPANY_NOT_FOUND', detail)
    }
    const body: z.input<typeof answer> = {
      cnpj,
      registry: row.registry && { record: row.registry, found_at: isoOf(row.registered_at) },
      website: websiteOf(row),
      profile: row.profile && { profile: row.profile, found_at: isoOf(row.profiled_at) },
    }
    return c.json(body, 200)
  })
}

/** A profile written from an address that was given is a known website, too. */
function websiteOf({ website, discovery, discovered_at, profiled_at }: Row) {
  if (!website && !discovery) return null
  const isDiscovered = discovery !== null
  return {
    url: website,
    status: discovery?.status ?? null,
    confidence: discovery?.confidence ?? null,
    reasons: discovery?.reasons ?? [],
    found_at: isoOf(isDiscovered ? discovered_at : profiled_at),
  }
}

const isoOf = (moment: Date | null) => moment?.toISOString() ?? null
