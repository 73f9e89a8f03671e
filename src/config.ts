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

/** Money, in any currency. A comma for the point would be read as thousands somewhere. */
const amount = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/, 'must be an amount such as 0.15')
  .transform(Number)

/** An empty variable counts as unset; one of commas alone was meant to say something. */
const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .refine((items) => items.length > 0, { error: 'must name something, or be left out', abort: true })

const httpUrl = z
  .string()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'must be an http:// or https:// URL')
  .transform((text) => text.replace(/\/+$/, ''))

/** A key is sent in a header, which ends the call where it holds a space or a line break. */
const key = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]+$/, 'must be a key: one word, without accents')

/** Its address is often copied with the search in it. */
const searxngUrl = httpUrl.transform((text) => text.replace(/[?#].*$/, '').replace(/(\/search)?\/*$/, ''))

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

const periodsMs: Record<string, number> = { s: 1_000, min: 60_000, h: 3_600_000 }

/** `https://host/path;3/min;5s`: how many calls are allowed in a second, a minute or an hour, and the time-out. */
const registryAddress = z.string().transform((text, context) => {
  const [address = '', ...options] = text.split(';').map((part) => part.trim())
  const url = httpUrl.safeParse(address)
  const spacing = options.map((option) => /^([1-9]\d{0,5})\/(s|min|h)$/.exec(option)).find((found) => found !== null)
  const timeout = options.map((option) => /^([1-9]\d{0,2})s$/.exec(option)).find((found) => found !== null)
  if (!url.success || options.length !== Number(Boolean(spacing)) + Number(Boolean(timeout))) {
    context.addIssue({
      code: 'custom',
      message: 'must be http:// or https:// URLs, each of which may end in a limit and a time-out such as ;3/min;5s',
    })
    return z.NEVER
  }
  return {
    url: url.data,
    ...(spacing && { spacingMs: Math.ceil(periodsMs[spacing[2]!]! / Number(spacing[1])) }),
    ...(timeout && { timeoutMs: Number(timeout[1]) * 1_000 }),
  }
})

const languageTag = z
  .string()
  .trim()
  .regex(/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i, 'must be a language such as pt-BR')
  .transform((text) => Intl.getCanonicalLocales(text)[0] ?? text)

/** `https://host/v1;16`: an endpoint, which may be given a cap of its own. */
const llmAddress = z.string().transform((text, context) => {
  const [, address = '', cap] = /^([^;]*)(?:;\s*([1-9]\d{0,3}))?$/.exec(text) ?? []
  const url = httpUrl.safeParse(address.trim())
  if (!url.success) {
    const message = 'must be http:// or https:// URLs, each of which may end in its own cap such as ;16'
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }
  return { url: url.data, cap: cap === undefined ? undefined : Number(cap) }
})

const llmAddresses = list
  .pipe(z.array(llmAddress))
  .refine((all) => new Set(all.map(({ url }) => url)).size === all.length, 'must not name an endpoint twice')

/** What a browser sends as `Origin`: scheme, host and port, and nothing behind them. */
const origin = z
  .string()
  .refine(
    (text) => text === '*' || (/^https?:[^*]+$/.test(text) && URL.parse(text)?.origin === text),
    'must be * or origins such as https://app.example.com',
  )

/** `n8n:5678`, `hooks.railway.internal`, `*.railway.internal`: whom callbacks may go to although they are private. */
const callbackHost = z
  .string()
  .regex(
    /^((\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:\d{1,5})?$/i,
    'must be hosts such as n8n:5678 or *.railway.internal',
  )
  .transform((text) => {
    const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? []
    return { host: host.toLowerCase().replace(/^\[|\]$/g, ''), port: port === undefined ? undefined : Number(port) }
  })

/** As Standard Webhooks writes a secret: 24 to 64 bytes. */
const webhookSecret = z
  .string()
  .refine(
    (text) => /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/.test(text),
    'must be whsec_ and 24 to 64 bytes in base64: echo "whsec_$(openssl rand -base64 32)"',
  )

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
  CORS_ORIGINS: list.pipe(z.array(origin)).default([]),
  CALLBACK_SECRET: list.pipe(z.array(webhookSecret)).default([]),
  CALLBACK_ALLOW_HOSTS: list.pipe(z.array(callbackHost)).default([]),
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
  LLM_URL: llmAddresses.optional(),
  LLM_API_KEY: list.default([]),
  MODEL_NAME: z.string().optional(),
  LLM_CONCURRENCY_HARD_CAP: integer(1, 10_000).default(32),
  LLM_CONTEXT_TOKENS: integer(1_000, 100_000_000).optional(),
  LLM_PRICE_IN: amount.optional(),
  LLM_PRICE_OUT: amount.optional(),
  LLM_BUDGET_DAILY: amount.optional(),
  PROFILE_LANGUAGE: languageTag.default('pt-BR'),
  SERPSHOT_KEY: key.optional(),
  SERPSHOT_URL: httpUrl.default('https://api.serpshot.com'),
  SERPER_KEY: key.optional(),
  BRAVE_KEY: key.optional(),
  SEARXNG_URL: searxngUrl.optional(),
  SEARCH_CACHE_DAYS: integer(0, 3_650).default(30),
  CNPJ_REGISTRY_URLS: list
    .pipe(z.array(registryAddress))
    .default([{ url: 'https://api.opencnpj.org' }, { url: 'https://minhareceita.org' }]),
  REGISTRY_CACHE_DAYS: integer(0, 36_500).default(30),
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
  if (config.LLM_API_KEY.length > 1 && config.LLM_API_KEY.length !== config.LLM_URL?.length) {
    throw new ConfigError('LLM_API_KEY must be one key, or as many as LLM_URL has endpoints, in their order.')
  }
  if (config.LLM_BUDGET_DAILY !== undefined && !config.LLM_PRICE_IN && !config.LLM_PRICE_OUT) {
    throw new ConfigError(
      'LLM_PRICE_IN or LLM_PRICE_OUT must be set when LLM_BUDGET_DAILY is: without prices nothing costs.',
    )
  }
  if (given.SERPSHOT_URL && !config.SERPSHOT_KEY) {
    throw new ConfigError('SERPSHOT_KEY must be set when SERPSHOT_URL is: without a key Serpshot is not asked.')
  }
  return config
}

const describe = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_value' ? `must be one of ${issue.values.join(', ')}` : issue.message
