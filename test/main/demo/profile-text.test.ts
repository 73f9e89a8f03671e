import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { CompanyProfile } from '../../../src/kinds/profile/company-profile.ts'
import { profileText } from '../../../src/main/demo/profile-text.ts'

const url = 'http://ipe.test/contato.html'
const claim = (value: string, quote: string, at = url) => ({ value, evidence: [{ url: at, quote }], confidence: 0.7 })
const profile: CompanyProfile = {
  schema_version: 2,
  engine: 'extractive',
  language: 'pt-BR',
  cnpj: '99073418000196',
  website: 'http://ipe.test/',
  name: claim('Ipê', 'Ipê'),
  description: claim('Consertamos sinos.', 'Consertamos sinos.', 'http://ipe.test/'),
  sector: null,
  business_model: null,
  offerings: [
    { name: 'Conserto', kind: 'service', description: null, evidence: [{ url, quote: 'o conserto' }], confidence: 0.5 },
  ],
  segments: [],
  differentiators: [],
  certifications: [],
  brands: [],
  clients: [],
  locations: [],
  postal_codes: [],
  contacts: {
    phones: [claim('+554333610419', 'Fone: (43) 3361-0419')],
    whatsapps: [],
    emails: [claim('oi@ipe.test', 'oi@ipe.test \x1b[2J ou pelo telefone')],
    socials: [],
  },
  cnpjs: [],
  year_founded: { value: 1998, evidence: [{ url, quote: 'desde 1998' }], confidence: 0.7 },
  size_claimed: null,
  languages: [],
  dropped: {},
  coverage: null,
  usage: null,
  pages: [url],
}
const found = {
  website: 'http://ipe.test/',
  confidence: 0.95,
  reasons: [
    { points: 100, what: 'O site traz o CNPJ', url, quote: 'CNPJ 99.073.418/0001-96' },
    { points: -80, what: 'E o de outra empresa', url, quote: 'CNPJ 99.041.227/0001-42' },
  ],
}
const text = (columns: number, isColored = false) => profileText('Marca', found, profile, { columns, isColored })

test('every value and every reason stands with its quote and where on the site it is', () => {
  const lines = text(100)
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
  const after = (line: string) => lines[lines.indexOf(line) + 1]
  expect(after('Telefones +55 43 3361 0419')).toBe('“Fone: (43) 3361-0419” em /contato.html')
  expect(after('Oferece Conserto')).toBe('“o conserto” em /contato.html')
  expect(after('Fundada em 1998')).toBe('“desde 1998” em /contato.html')
  expect(after('Por que este O site traz o CNPJ (+100)')).toBe('“CNPJ 99.073.418/0001-96” em /contato.html')
  expect(after('E o de outra empresa (-80)')).toBe('“CNPJ 99.041.227/0001-42” em /contato.html')
  expect(lines).toContain('Site http://ipe.test/ (confiança de 95 %)')
})

test('a quote that is the value itself is not said twice', () => {
  expect(text(100).split('Consertamos sinos.')).toHaveLength(2)
})

test('what a website says cannot move the cursor, and lines stay within the terminal', () => {
  expect(text(60)).not.toMatch(/(?!\n)\p{Cc}/u)
  for (const line of stripVTControlCharacters(text(60, true)).split('\n')) expect(line.length).toBeLessThan(60)
})
