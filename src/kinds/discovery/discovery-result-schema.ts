import { z } from 'zod'
import type { RegistryRecord } from '../../cnpj/registry-record.ts'
import type { DiscoveryResult } from './discovery-result.ts'

const text = z.string().nullable()

/** What the public registry of companies says of one establishment. */
export const registryRecord = z.object({
  cnpj: z.string(),
  razao_social: text,
  nome_fantasia: text,
  situacao: text.meta({ description: 'ATIVA, BAIXADA, INAPTA, SUSPENSA or NULA.' }),
  cnae: text.meta({ description: 'Seven digits.' }),
  cnae_descricao: text,
  logradouro: text,
  numero: text,
  bairro: text,
  municipio: text,
  uf: text,
  cep: text.meta({ description: 'Eight digits.' }),
  phones: z.array(z.string()).meta({ description: 'In E.164.' }),
  email: text,
  porte: text,
  capital_social: z.number().nullable().meta({ description: 'In reais.' }),
  abertura: text.meta({ description: 'ISO date.' }),
  source: z.string().meta({ description: 'The host that said so.' }),
  fetched_at: z.string().meta({ description: 'ISO time.' }),
})

const reason = z.object({ points: z.number(), what: z.string(), url: z.string(), quote: z.string() })

const nature = z.enum([
  'own',
  'shared_page',
  'directory',
  'marketplace_page',
  'parked',
  'for_sale',
  'challenge',
  'empty',
])

const candidate = z.object({
  rank: z.int().min(1),
  url: z.string(),
  origin: z.enum(['given', 'stored', 'email_domain', 'search', 'guessed']),
  verdict: z.enum(['accepted', 'proven', 'possible', 'rejected', 'unread', 'ruled_out']),
  nature: nature.nullable(),
  why: z.string(),
  score: z.number().nullable(),
  reasons: z.array(reason),
})

const usage = z.object({
  tokens_in: z.number(),
  tokens_out: z.number(),
  calls: z.number(),
  latency_ms: z.number(),
  cost: z.number().optional(),
})

/** The result of a discovery, for the description of the API; docs/discovery.md explains every field. */
export const discoveryResult = z.object({
  schema_version: z.literal(2),
  status: z.enum(['found', 'none', 'ambiguous']),
  website: text.meta({ description: 'null unless `found`.' }),
  confidence: z.number().min(0).max(1).nullable(),
  proof: z.enum(['cnpj', 'root', 'contact', 'name', 'given']).nullable(),
  chosen_by: z.enum(['evidence', 'llm']).nullable(),
  reasons: z.array(reason),
  why_none: text,
  warnings: z.array(
    z.object({
      code: z.enum(['COMPANY_NOT_ACTIVE', 'REGISTRY_MISSING', 'SEARCH_MISSING', 'LLM_MISSING', 'SITE_SILENT']),
      message: z.string(),
    }),
  ),
  candidates: z.array(candidate),
  shared_pages: z.array(
    z.object({
      url: z.string(),
      kind: z.enum(['social', 'shared_host', 'marketplace']),
      is_proven: z.boolean(),
      quote: z.string(),
    }),
  ),
  llm: z.object({ chosen: text, facts: z.array(z.string()), usage }).nullable(),
  registry: registryRecord.nullable(),
  socials: z.array(z.string()),
  pages: z.array(z.object({ url: z.string(), title: text })),
  skipped: z.array(z.object({ url: z.string(), code: z.string(), detail: z.string() })),
  notes: z.array(
    z.object({
      code: z.enum(['BROWSER_UNAVAILABLE', 'BROWSER_FAILED', 'PAGE_CUT', 'SITE_BUSY']),
      pages: z.number(),
    }),
  ),
  queries: z.array(z.string()),
  credits: z.number().meta({ description: 'Over all tries of the job.' }),
  durations_ms: z.record(z.string(), z.number()),
  asked: z.record(z.string(), z.string()).meta({ description: 'What the request said besides the number.' }),
  reused: z
    .object({ discovered_at: z.string(), profile: z.record(z.string(), z.unknown()).nullable() })
    .nullable()
    .meta({ description: 'This is the answer of an earlier discovery.' }),
})

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
/** The types are what the code writes, and the schemas what callers are told: they may not part. */
true satisfies Same<z.infer<typeof registryRecord>, RegistryRecord>
true satisfies Same<Omit<z.infer<typeof discoveryResult>, 'reused'>, Omit<DiscoveryResult, 'reused'>>
