import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { formatCnpj } from '../../../src/cnpj/number.ts'
import { discovery as kind } from '../../../src/kinds/discovery/discovery.ts'
import type { DiscoveryResult } from '../../../src/kinds/discovery/discovery-result.ts'
import { serves } from '../../../src/kinds/discovery/reuse.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type DiscoveryUnderTest, discoveryUnderTest } from './discovery-under-test.ts'
import { found, html, type ScriptedInternet, startScriptedInternet } from './scripted-internet.ts'

const cnpj = '11222333000181'

let database: TestDatabase
let internet: ScriptedInternet
let discovery: DiscoveryUnderTest
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate jobs, pages, companies, registry_answers, search_answers`
  internet = await startScriptedInternet()
  const record = {
    cnpj,
    razao_social: 'SERRARIA UMUARAMA LTDA',
    situacao_cadastral: 2,
    municipio: 'LONDRINA',
    uf: 'PR',
  }
  internet.registries = [() => ({ body: record }), () => ({ body: record })]
  discovery = await discoveryUnderTest(database.sql, internet.env)
})
afterEach(async () => {
  await discovery.close()
  await internet.close()
})

const age = (days: number) =>
  database.sql`update companies set discovered_at = discovered_at - make_interval(days => ${days}),
    profiled_at = profiled_at - make_interval(days => ${days})`
const storeProfile = (website: string, schema_version = 2) => {
  const profile = { schema_version, website, name: 'Serraria' }
  return database.sql`update companies set profile = ${database.sql.json(profile)}, profiled_at = now()`
}
const profileJobs = async () => Number((await database.sql`select count(*) from jobs where kind = 'profile'`)[0]!.count)

async function discoverFound() {
  internet.sites['umuarama.test'] = { '/': html('Serraria Umuarama', `<p>CNPJ ${formatCnpj(cnpj)}</p>`) }
  internet.search = () => found([['http://umuarama.test/']])
  const first = await discovery.tryOnce({ cnpj })
  expect(first).toMatchObject({ status: 'found', website: 'http://umuarama.test/', reused: null })
  internet.forget()
  return first
}

async function discoverNone(input: Record<string, unknown> = {}) {
  const first = await discovery.tryOnce({ cnpj, ...input }, { isLastTry: true })
  expect(first).toMatchObject({ status: 'none', reused: null })
  await database.sql`truncate registry_answers, search_answers`
  internet.forget()
  return first
}

test('a company found lately is answered from what is stored, without a call, and the answer says so', async () => {
  const first = await discoverFound()
  const again = await discovery.tryOnce({ cnpj })
  expect(internet.asked).toEqual([])
  const { reused, ...rest } = again
  expect(rest).toMatchObject({ website: first.website, reasons: first.reasons, pages: first.pages, credits: 0 })
  const [row] = await database.sql`select discovered_at from companies`
  expect(reused).toEqual({ discovered_at: row!.discovered_at.toISOString(), profile: null })
})

test('answering from what is stored does not make it younger', async () => {
  await discoverFound()
  await age(29)
  expect((await discovery.tryOnce({ cnpj })).reused).not.toBeNull()
  await age(2)
  expect((await discovery.tryOnce({ cnpj })).reused).toBeNull()
})

test('max_age says how old it may be, and 0 means never', async () => {
  await discoverFound()
  expect((await discovery.tryOnce({ cnpj, max_age: 0 })).reused).toBeNull()
  await age(40)
  expect((await discovery.tryOnce({ cnpj, max_age: 41 })).reused).not.toBeNull()
  expect((await discovery.tryOnce({ cnpj, max_age: 39 })).reused).toBeNull()
})

test('the profile is enqueued unless one of that website is stored, in the form of today, that is as fresh', async () => {
  await discoverFound()
  expect(await profileJobs()).toBe(1)
  expect((await discovery.tryOnce({ cnpj })).enqueued).toEqual(['profile'])
  await storeProfile('http://another.test/')
  expect((await discovery.tryOnce({ cnpj })).enqueued).toEqual(['profile'])
  expect(await profileJobs()).toBe(3)

  await storeProfile('http://umuarama.test/', 1)
  expect((await discovery.tryOnce({ cnpj })).enqueued).toEqual(['profile'])
  expect(await profileJobs()).toBe(4)

  await storeProfile('http://umuarama.test/')
  const answered = await discovery.tryOnce({ cnpj })
  expect(answered).toMatchObject({ enqueued: [], reused: { profile: { name: 'Serraria' } } })
  expect((await discovery.tryOnce({ cnpj, profile: false })).reused).toMatchObject({ profile: null })
  await database.sql`update companies set profiled_at = now() - interval '31 days'`
  expect((await discovery.tryOnce({ cnpj })).enqueued).toEqual(['profile'])
  expect(await profileJobs()).toBe(5)
})

test('a website that was found does not answer a request that names another one', async () => {
  await discoverFound()
  expect((await discovery.tryOnce({ cnpj, website: 'www.umuarama.test/contato' })).reused).not.toBeNull()
  internet.sites['novo.test'] = { '/': html('Novo', '<p>Nada</p>') }
  const other = await discovery.tryOnce({ cnpj, website: 'novo.test' })
  expect(other.reused).toBeNull()
  expect(internet.asked).toContain('novo.test/')
})

test('what a caller’s website led to answers only those who name it, and the others’ is searched', async () => {
  internet.sites['serra.test'] = { '/': html('Serraria Umuarama', '<p>Madeira serrada em Londrina - PR.</p>') }
  const given = await discovery.tryOnce({ cnpj, website: 'serra.test' })
  expect(given).toMatchObject({ status: 'found', website: 'http://serra.test/', reused: null })
  expect(given.proof).not.toBe('cnpj')
  expect((await discovery.tryOnce({ cnpj, website: 'www.serra.test' })).reused).not.toBeNull()
  internet.sites['umuarama.test'] = { '/': html('Serraria Umuarama', `<p>CNPJ ${formatCnpj(cnpj)}</p>`) }
  internet.search = () => found([['http://umuarama.test/']])
  const others = await discovery.tryOnce({ cnpj })
  expect(others).toMatchObject({ status: 'found', website: 'http://umuarama.test/', proof: 'cnpj', reused: null })
})

test('a caller’s website that prints the number answers everybody', async () => {
  internet.sites['umuarama.test'] = { '/': html('Serraria Umuarama', `<p>CNPJ ${formatCnpj(cnpj)}</p>`) }
  expect(await discovery.tryOnce({ cnpj, website: 'umuarama.test' })).toMatchObject({ proof: 'cnpj', reused: null })
  expect((await discovery.tryOnce({ cnpj })).reused).not.toBeNull()
})

test.each([
  ['contact', { nome_fantasia: 'Casa do Pinho' }, {}, false],
  ['contact', { nome_fantasia: 'Casa do Pinho' }, { nome_fantasia: 'CASA DO PINHO' }, true],
  ['contact', { nome_fantasia: 'Casa do Pinho' }, { nome_fantasia: 'Casa do Cedro' }, false],
  ['contact', { municipio: 'Londrina' }, {}, true],
  ['contact', { website: 'http://another.test/' }, {}, true],
  ['contact', {}, { nome_fantasia: 'Casa do Pinho' }, true],
  ['root', { nome_fantasia: 'Casa do Pinho' }, {}, true],
  [null, { website: 'http://umuarama.test/' }, {}, false],
])('an answer by %s to a request with %o serves one with %o: %s', async (proof, asked, request, expected) => {
  const stored = { ...(await discoverFound()), proof: proof as DiscoveryResult['proof'], asked }
  expect(serves(stored, kind.input.parse({ cnpj, ...request }), { hasLlm: false })).toBe(expected)
})

test('that there was none answers the same request, and one that says no more', async () => {
  await discoverNone({ nome_fantasia: 'Umuarama Madeiras' })
  for (const input of [{ nome_fantasia: 'UMUARAMA MADEIRAS' }, {}, { municipio: 'Londrina', uf: 'PR' }]) {
    expect((await discovery.tryOnce({ cnpj, ...input })).reused).not.toBeNull()
  }
  expect(internet.asked).toEqual([])
})

test.each([{ website: 'umuarama.test' }, { nome_fantasia: 'Madeireira do Zé' }, { municipio: 'Maringá' }])(
  'that there was none does not answer a request that says more: %o',
  async (more) => {
    await discoverNone()
    const again = await discovery.tryOnce({ cnpj, ...more }, { isLastTry: true })
    expect(again.reused).toBeNull()
    expect(internet.asked).not.toEqual([])
  },
)

test('that there was none while the search was away answers nobody', async () => {
  internet.search = () => ({ status: 503, body: '' })
  await discoverNone()
  internet.search = () => found([])
  expect((await discovery.tryOnce({ cnpj })).reused).toBeNull()
  expect((await discovery.tryOnce({ cnpj })).reused).not.toBeNull()
})

test('finding none while the search is away does not replace a website that was found before', async () => {
  await discoverFound()
  await database.sql`truncate search_answers`
  internet.sites = {}
  internet.search = () => ({ status: 503, body: '' })
  const missed = await discovery.tryOnce({ cnpj, max_age: 0 }, { isLastTry: true })
  expect(missed).toMatchObject({ status: 'none', warnings: [{ code: 'SEARCH_MISSING' }, { code: 'SITE_SILENT' }] })
  expect((await discovery.tryOnce({ cnpj })).website).toBe('http://umuarama.test/')
})

test('what an older version stored is not taken for an answer', async () => {
  await discoverFound()
  await database.sql`update companies set discovery = '{"status":"found","website":"http://umuarama.test/"}'`
  expect((await discovery.tryOnce({ cnpj })).reused).toBeNull()
})

test('a website that proved itself long ago is asked again, and its silence is neither believed nor stored', async () => {
  await discoverFound()
  await age(40)
  delete internet.sites['umuarama.test']
  internet.search = () => found([])
  await database.sql`truncate registry_answers, search_answers`
  await onAnotherWorker()
  await expect(discovery.tryOnce({ cnpj })).rejects.toMatchObject({ code: 'SITE_UNREACHABLE', consequence: 'retry' })
  const last = await discovery.tryOnce({ cnpj }, { isLastTry: true })
  expect(last).toMatchObject({ status: 'none', website: null })
  expect(last.warnings.map(({ code }) => code)).toContain('SITE_SILENT')
  expect(last.candidates[0]).toMatchObject({ url: 'http://umuarama.test/', origin: 'stored', verdict: 'unread' })
  const [kept] = await database.sql`select website from companies`
  expect(kept).toEqual({ website: 'http://umuarama.test/' })

  await onAnotherWorker()
  internet.sites['umuarama.test'] = { '/': html('Serraria Umuarama', `<p>CNPJ ${formatCnpj(cnpj)}</p>`) }
  expect(await discovery.tryOnce({ cnpj })).toMatchObject({ status: 'found', website: 'http://umuarama.test/' })
})

test('a website that proved itself long ago and now shuts us out is not let go either', async () => {
  for (const site of [{ '/': html('Just a moment...', '<p>Verify you are human</p>') }, {}]) {
    await database.sql`truncate companies, registry_answers, search_answers`
    await onAnotherWorker()
    await discoverFound()
    await age(40)
    internet.sites['umuarama.test'] = site as Record<string, string>
    const last = await discovery.tryOnce({ cnpj }, { isLastTry: true })
    expect(last).toMatchObject({ status: 'none', warnings: [{ code: 'SITE_SILENT' }] })
    const [kept] = await database.sql`select website from companies`
    expect(kept).toEqual({ website: 'http://umuarama.test/' })
  }
})

test('what proved itself before and no longer does is let go', async () => {
  await discoverFound()
  await age(40)
  internet.sites['umuarama.test'] = { '/': html('Pizzaria Nova', '<h1>Pizzaria Nova</h1><p>Forno a lenha.</p>') }
  expect(await discovery.tryOnce({ cnpj }, { isLastTry: true })).toMatchObject({ status: 'none', warnings: [] })
  const [row] = await database.sql`select website from companies`
  expect(row).toEqual({ website: null })
})

test('a given namesake without the number does not take the place of a website that has it', async () => {
  await discoverFound()
  const namesake = { '/': html('Serraria Umuarama', '<h1>Serraria Umuarama</h1><p>Madeira serrada.</p>') }
  internet.sites['serraria.test'] = namesake
  const input = { cnpj, website: 'serraria.test' }
  expect(await discovery.tryOnce(input)).toMatchObject({ website: 'http://umuarama.test/', proof: 'cnpj' })

  delete internet.sites['umuarama.test']
  await onAnotherWorker()
  await expect(discovery.tryOnce(input)).rejects.toMatchObject({ code: 'SITE_UNREACHABLE' })
  expect(await discovery.tryOnce(input, { isLastTry: true })).toMatchObject({ status: 'ambiguous', website: null })
  const [row] = await database.sql`select website from companies`
  expect(row).toEqual({ website: 'http://umuarama.test/' })
})

test('a website on a host of its group’s does not answer who names another host of the group', async () => {
  internet.sites['umuarama.grupo.test'] = { '/': html('Serraria Umuarama', `<p>CNPJ ${formatCnpj(cnpj)}</p>`) }
  internet.sites['outra.grupo.test'] = { '/': html('Outra', '<p>Outra empresa do grupo.</p>') }
  const first = await discovery.tryOnce({ cnpj, website: 'umuarama.grupo.test' })
  expect(first).toMatchObject({ status: 'found', website: 'http://umuarama.grupo.test/' })
  internet.forget()
  expect((await discovery.tryOnce({ cnpj, website: 'umuarama.grupo.test/contato' })).reused).not.toBeNull()
  const other = await discovery.tryOnce({ cnpj, website: 'outra.grupo.test' })
  expect(other).toMatchObject({ reused: null, website: 'http://umuarama.grupo.test/' })
  expect(internet.asked).toContain('outra.grupo.test/')
})

/** What the first has found out of hosts that are silent, the other does not know. */
async function onAnotherWorker() {
  await discovery.close()
  discovery = await discoveryUnderTest(database.sql, internet.env)
}
