import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorld, type WorldOnDisk } from '../../eval/read-world.ts'
import { createSearch } from '../../eval/search-index.ts'
import { type EvaluatedWorld, serveWorldOnDisk } from '../../eval/world-server.ts'
import { normalizeCnpj } from '../../src/cnpj/number.ts'
import { classifyHost } from '../../src/search/not-company-sites.ts'

const world = readWorld(fileURLToPath(new URL('../../eval/world', import.meta.url)))
const hostsOf = (query: string, of: WorldOnDisk = world) =>
  createSearch(of)(query).map(({ link }) => new URL(link).host)

describe('the world of the project', () => {
  test('has companies with a site and without one, and one whose site is down', () => {
    const isThere = ({ site }: { site: string | null }) => site !== null && world.sites.has(site)
    expect(world.companies.length).toBeGreaterThanOrEqual(24)
    expect(world.companies.filter(isThere).length).toBeGreaterThanOrEqual(12)
    expect(world.companies.filter(({ site }) => site === null).length).toBeGreaterThanOrEqual(8)
    expect(world.companies.filter((company) => company.site !== null && !isThere(company))).toHaveLength(1)
  })

  test('has a truth for every site, and numbers of which one has letters', () => {
    for (const { cnpj, site, truth, case: hard } of world.companies) {
      expect(normalizeCnpj(cnpj), cnpj).toBe(cnpj)
      expect(hard, cnpj).toBeTruthy()
      if (site !== null && world.sites.has(site)) expect(truth, cnpj).not.toBeNull()
      for (const phone of truth?.phones ?? []) expect(phone).toMatch(/^\+55\d{10,11}$/)
    }
    expect(world.companies.filter(({ cnpj }) => /[A-Z]/.test(cnpj))).toHaveLength(1)
  })

  test("says the truth's contacts on the site that it is about", () => {
    for (const { site, truth } of world.companies) {
      if (!truth) continue
      const text = [...world.sites.get(site!)!.values()].map((bytes) => bytes.toString('latin1')).join('\n')
      const digits = text.replace(/\D/g, '')
      for (const email of truth.emails ?? []) expect(text).toContain(email)
      for (const phone of truth.phones ?? []) expect(digits, `${site} ${phone}`).toContain(phone.slice(5))
    }
  })
})

describe('the search', () => {
  test('offers directories first, then the site, and strangers with a word in common', () => {
    const hosts = hostsOf('FERRAGENS PINHEIRAO LONDRINA PR')
    expect(hosts.slice(0, 3)).toEqual(['cnpj.biz', 'guia.test', 'ferragenspinheirao.test'])
    expect(hosts).toContain('pinheiraojoinville.test')
  })

  test('finds a site by the number that it prints, formatted or not', () => {
    const shop = world.companies.find(({ site }) => site === 'passofirmefranca')!
    expect(hostsOf(`CNPJ ${shop.cnpj}`)).toContain('passofirmefranca.test')
  })

  test('finds an old site in ISO-8859-1 by its accents', () => {
    expect(hostsOf('usinagem precisão caçambas')).toContain('torvale.test')
  })

  test('answers nothing to words that are nowhere, and the same each time', () => {
    expect(hostsOf('xyzzy plugh')).toEqual([])
    expect(hostsOf('REAL GOIANIA GO')).toEqual(hostsOf('REAL GOIANIA GO'))
  })

  test('brings what else is written of a company, such as its page on a social network', () => {
    const hosts = hostsOf('ATELIE MICANGA AZUL OLINDA PE')
    expect(hosts).toContain('www.instagram.com')
    expect(hosts.map((host) => classifyHost(`https://${host}/`))).toContain('directory')
  })
})

describe('a served world', () => {
  let served: EvaluatedWorld
  beforeAll(async () => {
    served = await serveWorldOnDisk(world, { siteDelayMs: 0, apiDelayMs: 0 })
  })
  afterAll(() => served.close())
  const get = async (path: string, host = `127.0.0.1:${served.port}`) => {
    const { statusCode, body, headers } = await request(`http://127.0.0.1:${served.port}${path}`, { headers: { host } })
    return { status: statusCode, type: headers['content-type'], text: await body.text() }
  }

  test('answers for a folder as a web server would: index pages, missing pages, no charset', async () => {
    expect(await get('/', 'torvale.test')).toMatchObject({ status: 200, type: 'text/html' })
    expect((await get('/contato/', 'www.odontobrisavela.test')).text).toContain('Agende')
    expect((await get('/contato', 'odontobrisavela.test')).text).toContain('Agende')
    expect((await get('/nada', 'odontobrisavela.test')).status).toBe(404)
    expect((await get('/%E0%A4%A', 'odontobrisavela.test')).status).toBe(404)
    expect((await get('/../torvale/menu.htm', 'odontobrisavela.test')).status).toBe(404)
  })

  test('breaks the connection of a site that is down, and remembers who asked for a host outside', async () => {
    await expect(get('/', 'ferronda.test')).rejects.toThrow()
    expect([...served.strangers]).toEqual([])
    await expect(get('/', 'www.exemplo.com.br')).rejects.toThrow()
    expect([...served.strangers]).toEqual(['exemplo.com.br'])
  })

  test('has a directory that prints the number of every company, and a registry that knows them alone', async () => {
    const { cnpj } = world.companies.at(-1)!
    expect((await get(`/empresa/${cnpj}`, 'guia.test')).text).toContain('CNPJ: ')
    expect(JSON.parse((await get(`/${cnpj}`)).text)).toMatchObject({ cnpj, municipio: 'SAO JOAO DEL-REI' })
    expect((await get('/19131243000197')).status).toBe(404)
  })
})

describe('a world that cannot be used', () => {
  test.each([
    ['no companies', '{}', /lists no companies/],
    ['a number with a wrong check digit', '{"companies":[{"cnpj":"11222333000182"}]}', /is not a CNPJ/],
    ['one number twice', '{"companies":[{"cnpj":"11222333000181"},{"cnpj":"11222333000181"}]}', /stands there twice/],
  ])('is refused: %s', (_name, json, message) => {
    const dir = mkdtempSync(join(tmpdir(), 'sonda-world-'))
    try {
      writeFileSync(join(dir, 'world.json'), json)
      expect(() => readWorld(dir)).toThrow(message)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  })

  test('is refused: no world.json', () => {
    expect(() => readWorld('/nowhere')).toThrow(/no world\.json/)
  })
})
