import type { Registry } from '../cnpj/registry.ts'
import type { LlmClient } from '../llm/client.ts'
import type { Search } from '../search/search.ts'
import type { SiteReader } from '../site/read-site.ts'

/** What handlers reach the world with. Built once a process, in main/. */
export type Services = {
  registry: Registry
  /** Null: no provider has a key. */
  search: Search | null
  site: SiteReader
  /** Null: no LLM is configured. */
  llm: LlmClient | null
  crawl: { maxPages: number; deadlineMs: number }
}
