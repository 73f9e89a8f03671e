import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { JobContext } from '../../../src/kinds/define-kind.ts'
import { companyProfile } from '../../../src/kinds/profile/company-profile.ts'
import { profile } from '../../../src/kinds/profile/profile.ts'
import { createLlmClient } from '../../../src/llm/client.ts'
import { createLog } from '../../../src/log.ts'
import { completion, json, scriptedEndpoint } from '../../llm/scripted-endpoint.ts'
import { article, crawl, menu, pages, readerOn, startSite } from '../../site/loopback-site.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const cnpj = '11222333000181'
const about = 'A Aurora Moldes fabrica moldes de aço para a indústria de pré-moldados.'
const answer = {
  name: { value: 'Aurora Moldes', evidence: [{ passage: 1, quote: 'Aurora Moldes' }] },
  description: { value: `${about} Ligue 95555-4444.`, evidence: [{ passage: 1, quote: about }] },
  sector: null,
  business_model: null,
  offerings: [{ name: 'Foguetes', kind: 'product', description: null, evidence: [{ passage: 1, quote: about }] }],
  segments: [],
  differentiators: [],
  certifications: [],
  brands: [],
  clients: [],
  locations: [],
  year_founded: null,
  size_claimed: null,
}

test('a try that failed at the model is followed by one that does not read the site again, and only what is proved is stored', async () => {
  const site = await startSite(
    pages({
      '/': `${article('Aurora Moldes')}<p>${about}<p>Telefone: (85) 3232-4455 ${menu('/sobre')}`,
      '/sobre': article('Sobre'),
    }),
  )
  let isDown = true
  const endpoint = await scriptedEndpoint((response) =>
    isDown
      ? json(response, 401, { error: { message: 'Incorrect API key', code: 'invalid_api_key' } })
      : json(response, 200, completion(JSON.stringify(answer))),
  )
  onTestFinished(endpoint.close)
  const handler = await profile.loadHandler()
  const context = {
    jobId: randomUUID(),
    owner: '',
    isLastTry: false,
    signal: new AbortController().signal,
    progress() {},
    sql: database.sql,
    log: createLog('silent', {}),
    services: {
      site: readerOn(site.port),
      llm: createLlmClient({ baseUrl: endpoint.origin, model: 'm', withSlot: (_signal, use) => use() }),
      profileLanguage: 'pt-BR',
      crawl,
    },
  } as unknown as JobContext
  const input = profile.input.parse({ cnpj, website: 'http://aurora.test/' })

  await expect(handler(input, context)).rejects.toMatchObject({ consequence: 'give_up' })
  const read = site.requests.length
  expect(read).toBeGreaterThanOrEqual(2)

  isDown = false
  const { write } = await handler(input, context)
  await database.sql.begin((tx) => write!(tx as never))
  expect(site.requests).toHaveLength(read)

  const [row] = await database.sql`select profile from companies where cnpj = ${cnpj}`
  const stored = companyProfile.parse(row!.profile)
  expect(stored.description?.value).toBe(about)
  expect(stored.contacts.phones.map(({ value }) => value)).toEqual(['+558532324455'])
  expect(stored.dropped).toEqual({ description: 1, offerings: 1 })
  expect(JSON.stringify(stored)).not.toMatch(/95555|Foguete/)
})
