import { fetch } from 'undici'
import { createRegistry } from '../cnpj/registry.ts'
import type { Config } from '../config.ts'
import type { Pool } from '../db/connect.ts'
import type { Services } from '../kinds/services.ts'
import { createLlmClient } from '../llm/client.ts'
import { createSlots } from '../llm/slots.ts'
import type { Log } from '../log.ts'
import { createSerpshot } from '../search/serpshot.ts'
import { createEgress } from '../site/egress.ts'
import { createFetcher } from '../site/fetch-page.ts'
import { createHostLimit } from '../site/host-limit.ts'
import { createSiteReader } from '../site/read-site.ts'
import { createRobots } from '../site/robots.ts'

const userAgent = 'Mozilla/5.0 (compatible; SondaBot/1.0; +https://github.com/sonda/sonda#bot)'

/** Builds what a worker's handlers reach the world with. `workerId` is asked at each call, since it can change. */
export async function createServices(config: Config, pool: Pool, workerId: () => string, log: Log): Promise<Services> {
  const egress = createEgress({ allowCidrs: config.EGRESS_ALLOW_CIDRS, connectTo: config.EGRESS_CONNECT_TO })
  const fetchPage = createFetcher({ egress, hostLimit: createHostLimit(), userAgent })
  const robots = createRobots({ fetchPage, userAgentToken: 'SondaBot' })
  return {
    registry: createRegistry({ urls: config.CNPJ_REGISTRY_URLS, fetch }),
    search: config.SERPSHOT_KEY ? createSerpshot({ baseUrl: config.SERPSHOT_URL, key: config.SERPSHOT_KEY }) : null,
    site: createSiteReader({ fetchPage, robots }),
    llm: await createLlm(config, pool, workerId, log),
    crawl: { maxPages: config.CRAWL_MAX_PAGES, deadlineMs: config.CRAWL_DEADLINE_SECONDS * 1000 },
  }
}

async function createLlm(config: Config, pool: Pool, workerId: () => string, log: Log): Promise<Services['llm']> {
  const { LLM_URL: baseUrl, MODEL_NAME: model, LLM_API_KEY: apiKey, LLM_CONCURRENCY_HARD_CAP: cap } = config
  if (!baseUrl || !model) return null
  const withSlot = await createSlots({ pool, provider: baseUrl, cap, workerId })
  return createLlmClient({ baseUrl, model, apiKey, withSlot, log })
}
