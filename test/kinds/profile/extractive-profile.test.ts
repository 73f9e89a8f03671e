import { expect, test } from 'vitest'
import { extractFacts } from '../../../src/extract/extract-facts.ts'
import { extractPage } from '../../../src/extract/extract-page.ts'
import { extractiveProfile } from '../../../src/kinds/profile/extractive-profile.ts'
import type { StoredPage } from '../../../src/kinds/stored-pages.ts'

function page(path: string, html: string): StoredPage {
  const extract = extractPage(html, `https://www.escolaaurora.com.br${path}`)
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

const home = page(
  '/',
  '<title>Escola Aurora</title><h1>Escola Aurora</h1><p>Telefone: (11) 4002-1122<p>secretaria@escolaaurora.com.br',
)
const partner = page(
  '/parceiros/instituto-mar',
  `<title>Instituto Mar</title><h1>Instituto Mar</h1><p>Nosso parceiro desde 2019.
   <p>Tel.: (21) 2233-4455<p>contato@institutomar.org.br`,
)

test('what a partner’s page prints of the partner is not the company’s, and every contact has its sentence', () => {
  const profile = extractiveProfile([home, partner], { cnpj: null, website: home.url })
  expect(profile.phones).toEqual([
    { value: '+551140021122', evidence: [{ url: home.url, quote: 'Telefone: (11) 4002-1122' }] },
  ])
  expect(profile.emails.map(({ value }) => value)).toEqual(['secretaria@escolaaurora.com.br'])
})
