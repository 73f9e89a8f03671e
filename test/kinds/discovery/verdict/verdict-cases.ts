import { readdirSync, readFileSync } from 'node:fs'
import { extractFacts } from '../../../../src/extract/extract-facts.ts'
import { extractPage } from '../../../../src/extract/extract-page.ts'
import type { Candidate } from '../../../../src/kinds/discovery/candidates.ts'
import type { Company } from '../../../../src/kinds/discovery/company.ts'
import type { SitePage } from '../../../../src/kinds/discovery/verdict/site-pages.ts'
import type { SiteNature } from '../../../../src/kinds/discovery/verdict/verify.ts'

export type VerdictCase = {
  situation: string
  company: Company
  expected: { status: 'found' | 'ambiguous' | 'none'; site?: string; between?: string[] }
  sites: { url: string; origin: Candidate['origin']; nature: SiteNature; pages: SitePage[] }[]
}

const folder = new URL('cases/', import.meta.url)

/**
 * The cases in `cases/`, one a file: what is known and expected as JSON, then each page after a line with its
 * address, in the order of reading. A page belongs to the site on its host.
 */
export function verdictCases(): VerdictCase[] {
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const [head = '', ...parts] = readFileSync(new URL(file, folder), 'utf8').split(/^=== /m)
      const pages = parts.map((part) => {
        const end = part.indexOf('\n')
        return readPage(part.slice(end + 1), part.slice(0, end))
      })
      const { sites, ...rest } = JSON.parse(head) as VerdictCase
      const host = (url: string) => new URL(url).host
      return {
        ...rest,
        sites: sites.map((site) => ({ ...site, pages: pages.filter(({ url }) => host(url) === host(site.url)) })),
      }
    })
}

/** A page as the site reader keeps it. */
export function readPage(html: string, url: string): SitePage {
  const page = extractPage(html, url)
  return { url, title: page.title, text: page.text, facts: extractFacts(page), page }
}
