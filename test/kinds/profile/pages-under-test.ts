import { extractFacts } from '../../../src/extract/extract-facts.ts'
import { extractPage } from '../../../src/extract/extract-page.ts'
import type { ProfileAnswer } from '../../../src/kinds/profile/model/ask-for-profile.ts'
import type { StoredPage } from '../../../src/kinds/stored-pages.ts'

/** An answer that says nothing. */
export const nothing: ProfileAnswer = {
  name: null,
  description: null,
  sector: null,
  business_model: null,
  offerings: [],
  segments: [],
  differentiators: [],
  certifications: [],
  brands: [],
  clients: [],
  locations: [],
  year_founded: null,
  size_claimed: null,
}

const origin = 'https://www.escolaaurora.com.br'

/** A page as it is stored after its HTML was read. */
export function pageOf(path: string, html: string, at = origin): StoredPage {
  const extract = extractPage(html, `${at}${path}`)
  const { url, title, description, language, text, siteName, jsonLd, metadata, canonical } = extract
  return {
    url,
    title,
    description,
    language,
    text,
    facts: extractFacts(extract),
    page: { siteName, jsonLd, metadata, canonical },
    fetchedAt: '2026-01-01T00:00:00.000Z',
  }
}

/** A page of nothing but text. */
export const textPage = (path: string, text: string): StoredPage => ({
  url: `${origin}${path}`,
  title: null,
  description: null,
  language: null,
  text,
  facts: { cnpjs: [], phones: [], emails: [], whatsapps: [], socials: [], postalCodes: [], addresses: [] },
  page: { siteName: null, jsonLd: [], metadata: {}, canonical: null },
  fetchedAt: '2026-01-01T00:00:00.000Z',
})
