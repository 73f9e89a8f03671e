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
  const llm = await createLlm(config, pool, workerId, log)
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
    crawl: { maxPages: config.CRAWL_MAX_PAGES, deadlineMs: config.CRAWL_DEADLINE_SECONDS * 1000 },
  }
  return { services, close: site.close }
}

async function createLlm(config: Config, pool: Pool, workerId: () => string, log: Log): Promise<Services['llm']> {
  const { LLM_URL: baseUrl, MODEL_NAME: model, LLM_API_KEY: apiKey, LLM_CONCURRENCY_HARD_CAP: cap } = config
  if (!baseUrl || !model) return null
  const withSlot = await createSlots({ pool, provider: baseUrl, cap, workerId })
  return createLlmClient({ baseUrl, model, apiKey, withSlot, log })
}
