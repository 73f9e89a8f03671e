import type { Registry } from '../cnpj/registry.ts'
import type { LlmClient } from '../llm/client.ts'
import type { Search } from '../search/search.ts'
import type { SiteReader } from '../site/read-site.ts'

/** The same for one job: what it asks the LLM goes on its account. */
export function servicesOfJob(services: Services, jobId: string): Services {
  const { llm } = services
  return llm ? { ...services, llm: { ...llm, complete: (request) => llm.complete({ jobId, ...request }) } } : services
}

/** What handlers reach the world with. Built once a process, in main/. */
export type Services = {
  registry: Registry
  /** Null: no provider has a key. */
  search: Search | null
  site: SiteReader
  /** Null: no LLM is configured. */
  llm: LlmClient | null
  /** BCP 47: what profiles are written in. */
  profileLanguage: string
  crawl: { maxPages: number; deadlineMs: number }
}
