import type { Registry } from '../cnpj/registry.ts'
import type { LlmClient } from '../llm/client.ts'
import type { SearchProvider } from '../search/search-provider.ts'
import type { SiteReader } from '../site/read-site.ts'

/** What handlers reach the world with. Built once a process, in main/. */
export type Services = {
  registry: Registry
  /** Null: no provider has a key. */
  search: SearchProvider | null
  site: SiteReader
  /** Null: no LLM is configured. */
  llm: LlmClient | null
  crawl: { maxPages: number; deadlineMs: number }
}
