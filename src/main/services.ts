import { fetch } from 'undici'
import { createRegistry } from '../cnpj/registry.ts'
import { registrySource } from '../cnpj/registry-source.ts'
import type { Config } from '../config.ts'
import type { Pool } from '../db/connect.ts'
import { createRegistryAnswers } from '../kinds/discovery/registry-answers.ts'
import { createRegistryTurns } from '../kinds/discovery/registry-turns.ts'
import type { Services } from '../kinds/services.ts'
import { createLlmClient } from '../llm/client.ts'
import { createSlots } from '../llm/slots.ts'
import { createUsageMeter, type UsageMeter } from '../llm/usage-meter.ts'
import { createWithSlot } from '../llm/with-slot.ts'
import type { Log } from '../log.ts'
import { createSearchFrom } from './search.ts'
import { createSite } from './site.ts'

/** Who asks the registries. */
const userAgent = 'Sonda/1.0 (+https://github.com/sonda/sonda)'

/** What a worker's handlers reach the world with, and how all of it is let go when the worker is done. */
export type OpenServices = { services: Services; close(): Promise<void> }

/** Builds what a worker's handlers reach the world with. `workerId` is asked at each call, since it can change. */
export async function createServices(
  config: Config,
  pool: Pool,
  workerId: () => string,
  log: Log,
): Promise<OpenServices> {
  const meter = createUsageMeter({ pool, log })
  const llm = await createLlm(config, pool, workerId, meter, log)
  const site = createSite(config, log)
  const services: Services = {
    registry: createRegistry({
      sources: config.CNPJ_REGISTRY_URLS.map(registrySource),
      cache: createRegistryAnswers(pool, { recordDays: config.REGISTRY_CACHE_DAYS, log }),
      turns: createRegistryTurns(pool, { log }),
      fetch,
      userAgent,
    }),
    search: createSearchFrom(config, pool, log),
    site: site.reader,
    llm,
    profileLanguage: config.PROFILE_LANGUAGE,
    crawl: { maxPages: config.CRAWL_MAX_PAGES, deadlineMs: config.CRAWL_DEADLINE_SECONDS * 1000 },
  }
  const close = async () => {
    await Promise.allSettled([site.close(), meter.close()])
  }
  return { services, close }
}

/** The rest of a job's time is the queue's: it tries again later, with no slot held. */
const retryForMs = 60_000

async function createLlm(
  config: Config,
  pool: Pool,
  workerId: () => string,
  { record }: UsageMeter,
  log: Log,
): Promise<Services['llm']> {
  const { LLM_URL: urls, MODEL_NAME: model, LLM_API_KEY: keys, LLM_CONCURRENCY_HARD_CAP: usualCap } = config
  if (!urls || !model) return null
  const endpoints = urls.map(({ url }, at) => ({ baseUrl: url, apiKey: keys.length > 1 ? keys[at] : keys[0] }))
  const caps = urls.map(({ url, cap }) => ({ provider: url, cap: cap ?? usualCap }))
  const withSlot = createWithSlot(await createSlots({ pool, endpoints: caps, workerId, log }), endpoints)
  const { LLM_CONTEXT_TOKENS: contextTokens, LLM_PRICE_IN: inPerMillion, LLM_PRICE_OUT: outPerMillion } = config
  const hasPrices = inPerMillion !== undefined || outPerMillion !== undefined
  const prices = hasPrices ? { inPerMillion: inPerMillion ?? 0, outPerMillion: outPerMillion ?? 0 } : undefined
  return createLlmClient({
    ...endpoints[0]!,
    endpoints,
    model,
    retryForMs,
    contextTokens,
    prices,
    record,
    withSlot,
    log,
  })
}
