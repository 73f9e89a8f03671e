import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { Fact, PageFacts } from '../../../../src/extract/extract-facts.ts'
import { readJson } from '../../../../src/main/commands/read/read-json.ts'
import { findPage, pageReport, readReport } from '../../../../src/main/commands/read/read-report.ts'
import type { ReadPage } from '../../../../src/site/read-page.ts'
import type { SiteReading } from '../../../../src/site/read-site.ts'

const noFacts: PageFacts = {
  cnpjs: [],
  phones: [],
  emails: [],
  whatsapps: [],
  socials: [],
  postalCodes: [],
  addresses: [],
}
const fact = (value: string, quote: string, url: string, source: Fact['source'] = 'text'): Fact => ({
  value,
  quote,
  url,
  source,
})

function page(
  path: string,
  { facts = {}, ...fields }: Partial<Omit<ReadPage, 'facts'>> & { facts?: Partial<PageFacts> },
) {
  const read: ReadPage = {
    url: `http://oficina.test${path}`,
    title: 'Oficina Terra Roxa',
    description: null,
    language: 'pt-BR',
    text: '',
    page: { siteName: null, jsonLd: [], metadata: {}, canonical: null },
    links: [],
    frames: [],
    rendered: 'no',
    etag: null,
    lastModified: null,
    bytes: 1_000,
    fetchedAt: '2026-11-01T12:00:00.000Z',
    ...fields,
    facts: { ...noFacts, ...facts },
  }
  return read
}

const home = page('/', {
  text: 'Início\nContato\n\n# Bicicletas como novas\nConsertamos bicicletas desde 1987.',
  facts: { phones: [fact('+554430250119', 'tel:4430250119', 'http://oficina.test/', 'link')] },
})
const contact = page('/contato', {
  title: 'Contato | Oficina Terra Roxa',
  text: 'Início\nContato\n\nLigue: (44) 3025-0119',
  facts: {
    cnpjs: [fact('99041227000142', 'CNPJ 99.041.227/0001-42', 'http://oficina.test/contato')],
    phones: [fact('+554430250119', 'Ligue: (44) 3025-0119', 'http://oficina.test/contato')],
  },
})
const reading = (fields: Partial<SiteReading> = {}): SiteReading => ({
  startUrl: 'oficina.test',
  homeUrl: 'http://oficina.test/',
  pages: [home, contact],
  skipped: [],
  endedBy: 'all_read',
  notes: [],
  ...fields,
})
const report = (fields: Partial<SiteReading> = {}, columns = 100, isTextWhole = false, isColored = false) =>
  readReport(reading(fields), { look: { columns, isColored }, tookMs: 2_340, deadlineMs: 60_000, isTextWhole })
const linesOf = (text: string) => text.split('\n').map((line) => line.trim().replace(/\s+/g, ' '))

test('every page stands with its title, address and size, and how it begins but for what all pages share', () => {
  const lines = linesOf(report())
  const at = lines.indexOf('2 Contato | Oficina Terra Roxa')
  expect(lines.slice(at, at + 5)).toEqual([
    '2 Contato | Oficina Terra Roxa',
    'http://oficina.test/contato',
    '37 caracteres',
    '│ Ligue: (44) 3025-0119',
    '',
  ])
  expect(lines).toContain('2 páginas em 2,3 s. Não há mais páginas que valha a pena ler.')
})

test('--text shows all of the text, what is shared too', () => {
  expect(linesOf(report())).not.toContain('Início')
  expect(linesOf(report({}, 100, true)).filter((line) => line === 'Início')).toHaveLength(2)
})

test('a fact stands once, at the page whose text states it, with its quote and on how many pages it is', () => {
  const lines = linesOf(report())
  const at = lines.indexOf('Telefones +55 44 3025 0119')
  expect(lines[at + 1]).toBe('“Ligue: (44) 3025-0119” em /contato e em mais 1 página')
  expect(lines).toContain('CNPJ 99.041.227/0001-42')
})

test('what was not read stands under its reason, with what is particular to it', () => {
  const lines = linesOf(
    report({
      skipped: [
        {
          url: 'http://oficina.test/a',
          code: 'SITE_REFUSED',
          detail: 'O site respondeu com um erro. oficina.test answered 404.',
        },
        { url: 'http://oficina.test/b', code: 'DUPLICATE', detail: 'It has the text of another page.' },
        {
          url: 'http://oficina.test/c',
          code: 'SITE_REFUSED',
          detail: 'O site respondeu com um erro. oficina.test answered 410.',
        },
      ],
    }),
  )
  const at = lines.indexOf('Não lidas (3)')
  expect(lines.slice(at + 1, at + 6)).toEqual([
    'SITE_REFUSED O site respondeu com um erro.',
    'http://oficina.test/a',
    'oficina.test answered 404.',
    'http://oficina.test/c',
    'oficina.test answered 410.',
  ])
  expect(lines).toContain('DUPLICATE Traz o mesmo que outra página.')
})

test.each([
  [{ endedBy: 'max_pages' }, '--pages N lê mais'],
  [{ endedBy: 'deadline' }, 'CRAWL_DEADLINE_SECONDS'],
  [{ notes: [{ code: 'BROWSER_UNAVAILABLE', pages: 2 }] }, 'CHROMIUM_PATH'],
  [{ notes: [{ code: 'BROWSER_FAILED', pages: 1 }] }, '1 página diz pouco sem um navegador'],
  [{ notes: [{ code: 'PAGE_CUT', pages: 1 }] }, 'PAGE_CUT: 1 página passa do tamanho que o Sonda lê'],
  [{ endedBy: 'deadline', notes: [{ code: 'SITE_BUSY', pages: 3 }] }, 'pediu para esperar'],
] as [Partial<SiteReading>, string][])('%j is explained', (fields, sentence) => {
  expect(linesOf(report(fields)).join(' ')).toContain(sentence)
})

test('a page that a browser read, or should have, says so', () => {
  const pages = [page('/', { rendered: 'yes' }), page('/b', { rendered: 'unavailable' }), page('/c', { isCut: true })]
  const lines = linesOf(report({ pages }))
  expect(lines).toContain('0 caracteres, com navegador')
  expect(lines).toContain('0 caracteres, sem o navegador de que precisa')
  expect(lines).toContain('0 caracteres, cortada')
  expect(lines.join(' ')).toContain('3 páginas (1 com navegador)')
})

test('of hundreds of one kind the first twenty are shown, and the rest counted', () => {
  const emails = Array.from({ length: 150 }, (_, n) => fact(`a${n}@oficina.test`, `a${n}@oficina.test`, home.url))
  const text = report({ pages: [page('/', { facts: { emails } })] })
  expect(text.match(/@oficina\.test/g)).toHaveLength(20)
  expect(text).toContain('e mais 130')
})

test('what a website says cannot move the cursor, and without colours there is nothing but text', () => {
  const evil = 'um\x1b[2Jdois\rtrês\u202e'
  const pages = [
    page('/\x1b[2J', { title: evil, text: `${evil}\n${evil}`, facts: { emails: [fact(evil, evil, home.url)] } }),
  ]
  const skipped = [{ url: 'http://oficina.test/x', code: 'OFF_SITE', detail: evil }]
  for (const isTextWhole of [true, false]) {
    expect(report({ pages, skipped }, 60, isTextWhole)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
  }
})

test.each([40, 59, 60, 100, 300])(
  'no line is wider than a terminal of %i columns, nor than one can read',
  (columns) => {
    const text = `# Um título comprido que não cabe numa linha estreita\n${'palavra '.repeat(80)}`
    const quote = 'Ligue para nós de segunda a sexta, das 8h00 às 18h00, pelo telefone (44) 3025-0119'
    const pages = [page('/', { text, title: text, facts: { phones: [fact('+554430250119', quote, home.url)] } })]
    for (const isTextWhole of [true, false]) {
      const lines = stripVTControlCharacters(report({ pages, endedBy: 'max_pages' }, columns, isTextWhole, true)).split(
        '\n',
      )
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(Math.min(columns - 1, 110))
    }
  },
)

test('a page is found by its number, its path with or without the last slash, or its address', () => {
  for (const wanted of [
    '2',
    '/contato',
    'contato/',
    'http://oficina.test/contato',
    'https://www.oficina.test/contato',
  ]) {
    expect(findPage(reading(), wanted)?.url).toBe(contact.url)
  }
  for (const wanted of ['0', '3', '/sobre', 'http://[']) expect(findPage(reading(), wanted)).toBeUndefined()
})

test('one page alone comes with its number, its whole text and its own facts', () => {
  const lines = linesOf(pageReport(reading(), contact, { columns: 100, isColored: false }))
  expect(lines[0]).toBe('2 Contato | Oficina Terra Roxa')
  expect(lines).toContain('Início')
  expect(lines).toContain('“Ligue: (44) 3025-0119” em /contato')
})

test('the JSON has every page with its text, and every fact with its quote', () => {
  const json = JSON.parse(JSON.stringify(readJson(reading(), { tookMs: 2_340.4 })))
  expect(json).toMatchObject({ home_url: 'http://oficina.test/', ended_by: 'all_read', duration_ms: 2340, notes: [] })
  expect(json.pages.map(({ text }: { text: string }) => text)).toEqual([home.text, contact.text])
  expect(json.facts.phones).toEqual([
    {
      value: '+554430250119',
      quote: 'Ligue: (44) 3025-0119',
      url: contact.url,
      source: 'text',
      pages: 2,
      elsewhere: false,
    },
  ])
  expect(Object.keys(json.facts)).toEqual(
    expect.arrayContaining(['cnpjs', 'phones', 'whatsapps', 'emails', 'socials', 'addresses', 'postal_codes']),
  )
})
