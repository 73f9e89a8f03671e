import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formatCnpj } from '../../../src/cnpj/number.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { type DiscoveryUnderTest, discoveryUnderTest } from './discovery-under-test.ts'
import { found, html, notFound, type Reply, type ScriptedInternet, startScriptedInternet } from './scripted-internet.ts'

const cnpj = '11222333000181'
const anotherCnpj = '12ABC34501DE35'

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
  internet.registries = [() => record(), () => record()]
  discovery = await discoveryUnderTest(database.sql, internet.env)
})
afterEach(async () => {
  await discovery.close()
  await internet.close()
})

const record = (more: object = {}): Reply => ({
  body: {
    cnpj,
    razao_social: 'TORNEARIA GUARANI DO IGUACU LTDA',
    nome_fantasia: 'GUARANI TORNOS',
    situacao_cadastral: 2,
    municipio: 'CASCAVEL',
    uf: 'PR',
    ...more,
  },
})
const own = {
  '/': html(
    'Guarani Tornos',
    `<h1>Guarani Tornos</h1><p>Torneamento de peças em Cascavel.</p><a href="/contato">Contato</a>
     <a href="/sobre">Sobre nós</a><a href="/servicos">Serviços</a><a href="/clientes">Clientes</a>
     <footer>CNPJ ${formatCnpj(cnpj)}</footer>`,
  ),
  '/contato': html('Contato', '<p>Fale com a Guarani Tornos pelo telefone (45) 3224-1122.</p>'),
  '/sobre': html('Sobre', '<p>A Guarani Tornos usina peças desde 1987.</p>'),
  '/servicos': html('Serviços', '<p>Torneamento, fresagem e retífica.</p>'),
  '/clientes': html('Clientes', '<p>Atendemos o oeste do Paraná.</p>'),
}
const somebodyElses = {
  '/': html(
    'Pousada das Araras',
    `<h1>Pousada das Araras</h1><p>Quartos à beira do rio.</p><a href="/contato">Contato</a>
     <a href="/quartos">Quartos</a><a href="/sobre">Sobre</a><a href="/fotos">Fotos</a><a href="/precos">Preços</a>
     <a href="/passeios">Passeios</a><footer>CNPJ ${formatCnpj(anotherCnpj)}</footer>`,
  ),
  ...Object.fromEntries(
    ['contato', 'quartos', 'sobre', 'fotos', 'precos', 'passeios'].map((name) => [
      `/${name}`,
      html(name, `<p>Pousada das Araras: ${name}.</p>`),
    ]),
  ),
}
const countJobs = async () => Number((await database.sql`select count(*) from jobs where kind = 'profile'`)[0]!.count)
const searches = () => internet.asked.filter((each) => each.startsWith('search'))

describe('what is asked, and in which order', () => {
  test('a query is asked only when the one before it did not bring the website', async () => {
    internet.sites['guarani.test'] = own
    internet.search = () => found([['http://guarani.test/empresa/historia.html']])
    const result = await discovery.tryOnce({ cnpj })
    expect(result).toMatchObject({
      status: 'found',
      website: 'http://guarani.test/',
      chosen_by: 'evidence',
      credits: 1,
    })
    expect(searches()).toEqual(['search GUARANI TORNOS CASCAVEL PR'])
    expect(result.reasons.some(({ quote }) => quote.includes(formatCnpj(cnpj)))).toBe(true)
    expect(result.enqueued).toEqual(['profile'])
    expect(await countJobs()).toBe(1)
  })

  test.each(['🍕', 'LTDA ME', '— / —'])(
    'a name such as %s has nothing to search, and the answer says so',
    async (name) => {
      const result = await discovery.tryOnce({ nome_fantasia: name }, { isLastTry: true })
      expect(result).toMatchObject({ status: 'none', queries: [], credits: 0 })
      expect(result.why_none).toBe(
        'Nada foi procurado: o nome informado não tem palavra que se possa procurar, e não há CNPJ.',
      )
      expect(searches()).toEqual([])
    },
  )

  test('a given page further down, a dead one or a file lead to the first page, which is the website', async () => {
    internet.sites['guarani.test'] = own
    for (const page of ['contato', 'nada-aqui', 'catalogo.pdf', 'blog/2024/torno?x=1']) {
      const result = await discovery.tryOnce({ cnpj, website: `guarani.test/${page}`, max_age: 0 })
      expect(result).toMatchObject({ status: 'found', proof: 'cnpj', website: 'http://guarani.test/' })
    }
  })

  test('a given folder is the website only where the site around it is another’s', async () => {
    const body = `<h1>Guarani Tornos</h1><p>Peças em Cascavel.</p><footer>CNPJ ${formatCnpj(cnpj)}</footer>`
    internet.sites['grupo.test'] = { ...somebodyElses, '/guarani-tornos/': html('Guarani Tornos', body) }
    const result = await discovery.tryOnce({ cnpj, website: 'grupo.test/guarani-tornos/' })
    expect(result).toMatchObject({ status: 'found', website: 'http://grupo.test/guarani-tornos/' })
  })

  test('what is given does not speak for a folder that is not called after the company', async () => {
    const body = '<h1>Guarani Tornos</h1><p>Fomos ver a Guarani Tornos, que usina peças para todo o país.</p>'
    internet.sites['revista.test'] = { ...somebodyElses, '/visita/': html('Guarani Tornos', body) }
    const result = await discovery.tryOnce({ cnpj, website: 'revista.test/visita/' }, { isLastTry: true })
    expect(result.status).not.toBe('found')
  })

  test('names as people say them, then the number', async () => {
    const result = await discovery.tryOnce({ cnpj })
    const queries = [
      'GUARANI TORNOS CASCAVEL PR',
      'TORNEARIA GUARANI DO IGUACU CASCAVEL PR',
      `CNPJ ${formatCnpj(cnpj)}`,
    ]
    expect(result).toMatchObject({ status: 'none', website: null, queries, credits: 3 })
    expect(searches()).toEqual(queries.map((query) => `search ${query}`))
    expect(result.why_none).toBe('A busca não trouxe nenhum site que possa ser o da empresa.')
  })

  test('nothing is searched when the domain of the registered e-mail proves itself', async () => {
    internet.registries[0] = () => record({ email: 'contato@guarani.test' })
    internet.sites['guarani.test'] = own
    const result = await discovery.tryOnce({ cnpj })
    expect(result).toMatchObject({ status: 'found', website: 'http://guarani.test/', credits: 0, queries: [] })
    expect(searches()).toEqual([])
  })

  test('neither mail providers nor accountants are taken for the company', async () => {
    for (const email of ['guarani@gmail.com', 'fiscal@contabilbrasil.test']) {
      await database.sql`truncate companies, registry_answers, search_answers`
      internet.registries[0] = () => record({ email })
      internet.forget()
      await discovery.tryOnce({ cnpj })
      expect(internet.asked.filter((each) => !/^(search|registry)/.test(each))).toEqual([])
    }
  })

  test('a given website that is another company’s is turned down, and the right one is searched', async () => {
    internet.sites['araras.test'] = somebodyElses
    internet.sites['guarani.test'] = own
    internet.search = () => found([['http://guarani.test/']])
    const result = await discovery.tryOnce({ cnpj, website: 'araras.test' })
    expect(result).toMatchObject({ status: 'found', website: 'http://guarani.test/' })
    expect(result.candidates.find(({ origin }) => origin === 'given')).toMatchObject({ verdict: 'rejected' })
  })
})

describe('how much is read', () => {
  test('a wrong candidate costs a few pages, and no page of the right one is asked for twice', async () => {
    internet.sites['araras.test'] = somebodyElses
    internet.sites['guarani.test'] = own
    internet.search = () => found([['http://araras.test/'], ['http://guarani.test/']])
    const result = await discovery.tryOnce({ cnpj })
    expect(result.website).toBe('http://guarani.test/')
    const of = (host: string) => internet.asked.filter((each) => each.startsWith(`${host}/`))
    expect(of('araras.test').length).toBeLessThanOrEqual(4)
    const pages = of('guarani.test').filter((each) => !each.includes('sitemap'))
    expect(pages.sort()).toEqual(
      Object.keys(own)
        .map((path) => `guarani.test${path}`)
        .sort(),
    )
    expect(result.pages).toHaveLength(5)
    const stored = await database.sql`select url from pages where site = 'guarani.test' order by position`
    expect(stored.map(({ url }) => url)).toEqual(result.pages.map(({ url }) => url))
  })

  test('candidates are read side by side: three slow ones take the time of one', async () => {
    internet.siteDelayMs = 300
    for (const host of ['um.test', 'dois.test', 'tres.test']) {
      internet.sites[host] = { '/': html(host, `<p>Outra empresa. CNPJ ${formatCnpj(anotherCnpj)}</p>`) }
    }
    internet.search = (query) =>
      query.includes('CNPJ') ? found([]) : found([['http://um.test/'], ['http://dois.test/'], ['http://tres.test/']])
    const result = await discovery.tryOnce({ cnpj })
    expect(result.candidates.filter(({ verdict }) => verdict === 'rejected')).toHaveLength(3)
    const oneByOne = 3 * 2 * internet.siteDelayMs // robots.txt and the page of each
    expect(result.durations_ms.reading).toBeLessThan(oneByOne)
  })

  test('a site that has proved itself does not wait long for one beside it that never answers', async () => {
    internet.hanging.add('mudo.test')
    internet.sites['guarani.test'] = own
    internet.search = () => found([['http://mudo.test/'], ['http://guarani.test/']])
    const result = await discovery.tryOnce({ cnpj })
    expect(result.website).toBe('http://guarani.test/')
    expect(result.candidates.find(({ url }) => url === 'http://mudo.test/')).toMatchObject({
      verdict: 'unread',
      why: 'Outro candidato provou ser o site antes.',
    })
    expect(result.durations_ms.reading).toBeLessThan(9_000)
  })

  test('hosts that are no company’s own are not contacted, and shown with the reason', async () => {
    internet.search = () =>
      found([
        ['https://cnpj.biz/11222333000181'],
        ['https://www.instagram.com/guaranitornos/', 'Guarani Tornos (@guaranitornos)'],
      ])
    const result = await discovery.tryOnce({ cnpj })
    expect(result.candidates).toMatchObject([
      { rank: 1, verdict: 'ruled_out', why: 'É um diretório de empresas, não o site de uma', score: null },
      { rank: 2, verdict: 'ruled_out', why: 'É uma rede social, não um site' },
    ])
    expect(result).toMatchObject({ status: 'none', website: null })
    expect(result.shared_pages).toEqual([
      {
        url: 'https://www.instagram.com/guaranitornos',
        kind: 'social',
        is_proven: false,
        quote: 'Guarani Tornos (@guaranitornos)',
      },
    ])
    expect(internet.asked.every((each) => /^(search|registry)/.test(each))).toBe(true)
  })
})

test('a company that is closed is searched like any other, and the result says so', async () => {
  internet.registries[0] = () => record({ situacao_cadastral: 8 })
  internet.sites['guarani.test'] = own
  internet.search = () => found([['http://guarani.test/']])
  const result = await discovery.tryOnce({ cnpj })
  expect(result.status).toBe('found')
  expect(result.warnings).toEqual([
    { code: 'COMPANY_NOT_ACTIVE', message: 'A situação cadastral da empresa na Receita é BAIXADA.' },
  ])
})

describe('without search', () => {
  const withoutSearch = async () => {
    await discovery.close()
    discovery = await discoveryUnderTest(database.sql, { ...internet.env, SERPSHOT_KEY: '', SERPSHOT_URL: '' })
  }

  test('a guessed domain is taken when it prints the number', async () => {
    await withoutSearch()
    internet.sites['guaranitornos.com.br'] = own
    const result = await discovery.tryOnce({ cnpj })
    expect(result).toMatchObject({ status: 'found', website: 'http://guaranitornos.com.br/' })
    expect(result.candidates[0]).toMatchObject({ origin: 'guessed', verdict: 'accepted' })
  })

  test('a guessed domain that bears the name and nothing else is not even a close call', async () => {
    await withoutSearch()
    internet.sites['guaranitornos.com.br'] = { '/': html('Guarani Tornos', '<h1>Guarani Tornos</h1><p>Bem-vindo.</p>') }
    const result = await discovery.tryOnce({ cnpj })
    expect(result).toMatchObject({ status: 'none', website: null })
    expect(result.warnings).toMatchObject([{ code: 'SEARCH_MISSING' }])
  })
})

describe('when the others fail', () => {
  const down: Reply = { status: 503, body: 'Service Unavailable' }
  const silences: [string, Reply][] = [
    ['down', down],
    ['breaking off', 'drop'],
    ['HTML in a 200', { body: '<h1>Manutenção</h1>' }],
    ['another company’s record', { body: { cnpj: anotherCnpj, razao_social: 'OUTRA' } }],
    ['garbage', { body: [1, 2, 3] }],
  ]

  test.each(silences)('one of two registries %s: the job is done as if nothing were', async (_what, reply) => {
    internet.registries[0] = () => reply
    internet.sites['guarani.test'] = own
    internet.search = () => found([['http://guarani.test/']])
    const result = await discovery.tryOnce({ cnpj })
    expect(result).toMatchObject({ status: 'found', warnings: [] })
  })

  test('one registry down and the other without the number: tried again, and on the last try a result', async () => {
    internet.registries = [() => down, () => notFound]
    await expect(discovery.tryOnce({ cnpj })).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      consequence: 'retry',
    })
    const result = await discovery.tryOnce({ cnpj }, { isLastTry: true })
    expect(result).toMatchObject({ status: 'none', warnings: [{ code: 'REGISTRY_MISSING' }] })
  })

  test('both registries down: tried again; on the last try the number alone may still find it', async () => {
    internet.registries = [() => down, () => down]
    await expect(discovery.tryOnce({ cnpj })).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
    const last = { isLastTry: true }
    await expect(discovery.tryOnce({ cnpj }, last)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })

    await database.sql`truncate search_answers`
    // Nobody knows its name: the number has to stand on every page, as a footer does.
    const footer = `<footer>CNPJ ${formatCnpj(cnpj)}</footer>`
    internet.sites['guarani.test'] = Object.fromEntries(
      Object.entries(own).map(([path, page]) => [
        path,
        path === '/' ? page : page.replace('</body>', `${footer}</body>`),
      ]),
    )
    internet.search = (query) => found(query.includes(formatCnpj(cnpj)) ? [['http://guarani.test/']] : [])
    const result = await discovery.tryOnce({ cnpj }, last)
    expect(result).toMatchObject({ status: 'found', website: 'http://guarani.test/', registry: null })
    expect(result.warnings).toMatchObject([{ code: 'REGISTRY_MISSING' }])
  })

  const lies: [string, Reply, string][] = [
    ['down', down, 'SEARCH_UNAVAILABLE'],
    ['breaking off', 'drop', 'SEARCH_UNAVAILABLE'],
    ['garbage', { body: '<html>oi</html>' }, 'SEARCH_UNAVAILABLE'],
    ['an error inside 200', { body: { code: 500, msg: 'internal' } }, 'SEARCH_UNAVAILABLE'],
  ]
  test.each(lies)('search %s: tried again, and on the last try a result that says so', async (_what, reply, code) => {
    internet.search = () => reply
    await expect(discovery.tryOnce({ cnpj })).rejects.toMatchObject({ code, consequence: 'retry' })
    const result = await discovery.tryOnce({ cnpj }, { isLastTry: true })
    expect(result).toMatchObject({ status: 'none', why_none: 'A busca não respondeu, e não há outro indício de site.' })
    expect(result.warnings).toMatchObject([{ code: 'SEARCH_MISSING' }])
  })

  test('a search that is down on the last try does not keep a guessed domain from proving itself', async () => {
    internet.search = () => down
    internet.sites['guaranitornos.com.br'] = own
    const result = await discovery.tryOnce({ cnpj }, { isLastTry: true })
    expect(result).toMatchObject({ status: 'found', website: 'http://guaranitornos.com.br/' })
  })

  test.each([
    ['no credits are left', { body: { code: 402, msg: 'credits' } }, 'SEARCH_NO_CREDITS', 'give_up'],
    ['the key is refused', { status: 401, body: {} }, 'SEARCH_KEY_REJECTED', 'give_up'],
    ['it asks to wait', { status: 429, body: {}, headers: { 'retry-after': '7' } }, 'SEARCH_RATE_LIMITED', 'snooze'],
  ] as const)('%s: the code says it, on the last try as well', async (_what, reply, code, consequence) => {
    internet.search = () => reply
    for (const isLastTry of [false, true]) {
      await expect(discovery.tryOnce({ cnpj }, { isLastTry })).rejects.toMatchObject({ code, consequence })
    }
  })

  test('slow answers are waited for', async () => {
    internet.registries[0] = () => ({ ...(record() as object), delayMs: 700 }) as Reply
    internet.search = () => ({ ...(found([['http://guarani.test/']]) as object), delayMs: 700 }) as Reply
    internet.sites['guarani.test'] = own
    const result = await discovery.tryOnce({ cnpj })
    expect(result.status).toBe('found')
    expect(result.durations_ms.registry).toBeGreaterThanOrEqual(690)
    expect(result.durations_ms.search).toBeGreaterThanOrEqual(690)
  })

  test('a site that bears the name and is down is tried again before it is said that there is none', async () => {
    internet.search = () => found([['http://guaranitornos.test/']])
    await expect(discovery.tryOnce({ cnpj })).rejects.toMatchObject({
      code: 'SITE_UNREACHABLE',
      consequence: 'retry',
      message: expect.stringMatching(/^O site não respondeu\. (?!.*(SITE_UNREACHABLE|O site não respondeu))/),
    })
    const result = await discovery.tryOnce({ cnpj }, { isLastTry: true })
    expect(result.status).toBe('none')
    expect(result.why_none).toContain('http://guaranitornos.test/ não pôde ser lido')
    expect(result.warnings).toMatchObject([{ code: 'SITE_SILENT' }])
  })

  test('a job that is stopped stops, with the reason it was stopped for', async () => {
    internet.registries[0] = () => 'hang'
    const stop = new AbortController()
    const trying = discovery.tryOnce({ cnpj }, { isLastTry: true, signal: stop.signal })
    const why = new Error('stopped')
    stop.abort(why)
    await expect(trying).rejects.toBe(why)
  })
})
