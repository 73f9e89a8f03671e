import { z } from 'zod'

/** A setting that cannot be used. The message has one sentence for every bad variable, naming it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const integer = (least: number, most: number) =>
  z
    .string()
    .regex(/^-?\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`))

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)

const httpUrl = z
  .string()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'must be an http:// or https:// URL')
  .transform((text) => text.replace(/\/+$/, ''))

const browserUrl = z
  .string()
  .refine(
    (text) => /^(ws|http)s?:$/.test(URL.parse(text)?.protocol ?? ''),
    'must be a ws://, wss://, http:// or https:// URL',
  )

const cidr = z
  .string()
  .refine(
    (text) => z.union([z.cidrv4(), z.cidrv6()]).safeParse(text).success,
    'must be address ranges such as 10.0.0.0/8',
  )

const connectTo = z
  .string()
  .regex(
    /^(\*\.)?[a-z0-9.-]+=(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/i,
    'must look like *.test=127.0.0.1:8100 (host=address:port)',
  )
  .transform((text) => {
    const [host = '', target = ''] = text.split('=')
    const colon = target.lastIndexOf(':')
    return {
      host: host.toLowerCase(),
      address: target.slice(0, colon).replace(/^\[|\]$/g, ''),
      port: Number(target.slice(colon + 1)),
    }
  })

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1')

const settings = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional(),
  DATABASE_POOL_MAX_SIZE: integer(2, 1000).optional(),
  PORT: integer(0, 65_535).default(8000),
  HOST: z.string().default('::'),
  API_ACCESS_TOKEN: list.default([]),
  ALLOW_ANONYMOUS: flag.default(false),
  N_WORKERS: integer(0, 256).default(2),
  CLAIM_BATCH_SIZE: integer(1, 10_000).default(10),
  DISCOVERY_SLOTS: integer(1, 10_000).default(10),
  PROFILE_SLOTS: integer(1, 10_000).default(16),
  JOB_TIMEOUT_SECONDS: integer(1, 86_400).optional(),
  DRAIN_SECONDS: integer(0, 3600).default(20),
  WORKER_MAX_JOBS: integer(1, 100_000_000).default(1000),
  WORKER_MEMORY_LIMIT_MB: integer(128, 1_000_000).default(512),
  RETAIN_COMPLETED_DAYS: integer(0, 36_500).default(30),
  RETAIN_FAILED_DAYS: integer(0, 36_500).default(90),
  LLM_URL: httpUrl.optional(),
  LLM_API_KEY: z.string().optional(),
  MODEL_NAME: z.string().optional(),
  LLM_CONCURRENCY_HARD_CAP: integer(1, 10_000).default(32),
  SERPSHOT_KEY: z.string().optional(),
  SERPSHOT_URL: httpUrl.default('https://api.serpshot.com'),
  CNPJ_REGISTRY_URLS: list
    .pipe(z.array(httpUrl))
    .default(['https://minhareceita.org', 'https://brasilapi.com.br/api/cnpj/v1', 'https://api.opencnpj.org']),
  CRAWL_MAX_PAGES: integer(1, 200).default(12),
  CRAWL_DEADLINE_SECONDS: integer(1, 3600).default(60),
  CHROMIUM_PATH: z.string().optional(),
  BROWSER_WS_URL: browserUrl.optional(),
  EGRESS_ALLOW_CIDRS: list.pipe(z.array(cidr)).default([]),
  EGRESS_CONNECT_TO: list.pipe(z.array(connectTo)).default([]),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

export const settingNames: readonly string[] = Object.keys(settings.shape)

export type Config = z.infer<typeof settings>
export type ConnectTo = Config['EGRESS_CONNECT_TO'][number]

/**
 * Reads the settings from an environment. An empty variable counts as unset, as a dashboard's empty field means.
 * @throws ConfigError naming every variable that cannot be used, and what it must be.
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  )
  const parsed = settings.safeParse(given)
  if (!parsed.success) {
    const sentences = parsed.error.issues.map((issue) => `${String(issue.path[0])} ${describe(issue)}.`)
    throw new ConfigError([...new Set(sentences)].join('\n'))
  }
  const config = parsed.data
  if (config.LLM_URL && !config.MODEL_NAME) {
    throw new ConfigError('MODEL_NAME must be set when LLM_URL is: it names the model to ask.')
  }
  return config
}

const describe = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_value' ? `must be one of ${issue.values.join(', ')}` : issue.message
