import { describe, expect, it } from 'vitest'
import { extractFacts, type PageFacts } from '../../src/extract/extract-facts.ts'
import { extractPage } from '../../src/extract/extract-page.ts'
import { type SiteFact, siteFacts } from '../../src/extract/site-facts.ts'

const site = 'https://www.colegioaurora.com.br'
const read = (pages: Record<string, string>) =>
  siteFacts(
    Object.entries(pages).map(([path, html]) => {
      const url = new URL(path, site).href
      return { url, facts: extractFacts(extractPage(html, url)) }
    }),
  )
const values = (facts: SiteFact[], isElsewhere: boolean): string[] =>
  facts.filter((fact) => fact.isElsewhere === isElsewhere).map(({ value }) => value)

const home = '<h1>Colégio Aurora</h1><footer>Tel. (84) 3234-5500 secretaria@colegioaurora.com.br</footer>'
const partner = `<h1>Projeto Mangue Vivo</h1><p>Há dez anos o colégio apoia o projeto, que cuida do manguezal.</p>
  <h2>Contatos do projeto</h2><p>Telefones: (84) 3211-7001 / 3211-7002</p><p>WhatsApp: (84) 98811-7003</p>
  <p>E-mail: contato@manguevivo.org.br</p><p>Rua do Cais, 45 - Natal - RN, 59010-200</p>`
const filler = `<p>${'O colégio recebe visitas de segunda a sexta. '.repeat(20)}</p>`
const footer = '<footer>Tel. (84) 3234-5500 secretaria@colegioaurora.com.br</footer>'

describe('the facts of a site', () => {
  it('are one entry per value, with every place that states it', () => {
    const { phones } = read({ '/': home, '/sobre': `<p>Ligue: (84) 3234-5500 <a href="tel:8432345511">secretaria</a>` })
    expect(phones.map(({ value, places }) => [value, places.map(({ url, source }) => [url, source])])).toEqual([
      [
        '+558432345500',
        [
          [`${site}/`, 'text'],
          [`${site}/sobre`, 'text'],
        ],
      ],
      ['+558432345511', [[`${site}/sobre`, 'link']]],
    ])
  })

  it('begin with what most pages state, then the home and contact pages, then text before links and JSON-LD', () => {
    const { phones } = read({
      '/': '<script type="application/ld+json">{"telephone":"84 3234-5501"}</script><a href="tel:8432345502">ligue</a>',
      '/a': '<p>(84) 3234-5505 e (84) 3234-5506</p>',
      '/b': '<p>(84) 3234-5505</p>',
      '/fale-conosco': '<p>(84) 3234-5503</p>',
    })
    expect(phones.map(({ value }) => value)).toEqual([
      '+558432345505',
      '+558432345503',
      '+558432345502',
      '+558432345501',
      '+558432345506',
    ])
  })

  it('of no pages are none', () => {
    expect(Object.values(siteFacts([])).flat()).toEqual([])
  })

  it('count a page that was read twice once', () => {
    const url = `${site}/`
    const facts: PageFacts = extractFacts(extractPage(home, url))
    const { phones } = siteFacts([
      { url, facts },
      { url, facts },
    ])
    expect(phones.map(({ places }) => places.length)).toEqual([1])
  })
})

describe('what belongs elsewhere', () => {
  it("is a partner's contact block, and comes last", () => {
    const facts = read({ '/': home, '/parceiros/mangue-vivo': partner + filler + footer })
    expect(values(facts.phones, false)).toEqual(['+558432345500'])
    expect(values(facts.phones, true)).toEqual(['+558432117001', '+558432117002', '+5584988117003'])
    expect(facts.phones.map(({ isElsewhere }) => isElsewhere)).toEqual([false, true, true, true])
    expect(values(facts.whatsapps, true)).toEqual(['+5584988117003'])
    expect(values(facts.emails, true)).toEqual(['contato@manguevivo.org.br'])
    expect(values(facts.emails, false)).toEqual(['secretaria@colegioaurora.com.br'])
    expect(values(facts.postalCodes, true)).toEqual(['59010200'])
    expect(values(facts.addresses, true)).toHaveLength(1)
  })

  it("is a block's free-mail address beside one at another domain as well", () => {
    const facts = read({ '/': home, '/parceiros': '<p>contato@manguevivo.org.br<p>manguevivo.rn@gmail.com' })
    expect(values(facts.emails, true)).toEqual(['contato@manguevivo.org.br', 'manguevivo.rn@gmail.com'])
  })

  it("is not a partner's block that the home page or a contact page prints", () => {
    expect(values(read({ '/': home + partner, '/parceiros': partner }).phones, true)).toEqual([])
    expect(
      values(read({ '/': home, '/index.php?pagina=contato': partner, '/parceiros': partner }).phones, true),
    ).toEqual([])
  })

  it('is not the mail of a company that uses another domain for it, on whatever page once a contact page does', () => {
    const facts = read({
      '/': home,
      '/contato/': '<p>adm@grupoboreal.com.br',
      '/vagas': '<p>Envie seu currículo: rh@grupoboreal.com.br, (84) 3234-5520',
    })
    expect([...values(facts.emails, true), ...values(facts.phones, true)]).toEqual([])
  })

  it.each([
    ['a mail provider', 'colegio.aurora@hotmail.com'],
    ["the site's own domain", 'matriculas@colegioaurora.com.br'],
    ["a subdomain of the site's", 'matriculas@natal.colegioaurora.com.br'],
    ["the site's name under another suffix", 'matriculas@colegioaurora.com'],
  ])('is nothing beside an address at %s', (_where, email) => {
    const facts = read({ '/': home, '/matriculas': `<p>Matrículas: (84) 3234-5530<p>${email}` })
    expect([...values(facts.emails, true), ...values(facts.phones, true)]).toEqual([])
  })

  it('is nothing on the same page beyond a few lines, nor what is nearer to an address of the site', () => {
    const own = '<p>Ensino médio: (84) 3234-5540</p><p>medio@colegioaurora.com.br</p>'
    expect(
      values(read({ '/': home, '/p': `<p>Recepção: (84) 3234-5541</p>${filler}${partner}` }).phones, false),
    ).toContain('+558432345541')
    const { phones } = read({ '/': home, '/p': `${own}<p>contato@manguevivo.org.br<p>(84) 3211-7001` })
    expect(values(phones, false)).toEqual(['+558432345500', '+558432345540'])
    expect(values(phones, true)).toEqual(['+558432117001'])
  })

  it('is nothing that another page of the site states as its own', () => {
    const { phones } = read({ '/': home, '/parceiros': partner, '/projetos': `<p>Fale com a escola: (84) 3211-7001` })
    expect(values(phones, false)).toContain('+558432117001')
  })

  it('is told apart on shared hosts, where the neighbours are other people', () => {
    const page = (path: string, html: string) => {
      const url = new URL(path, 'https://aurora.github.io').href
      return { url, facts: extractFacts(extractPage(html, url)) }
    }
    const { emails } = siteFacts([
      page('/', '<h1>Aurora'),
      page('/amigos', '<p>oi@boreal.github.io e a@aurora.github.io'),
    ])
    expect(values(emails, true)).toEqual(['oi@boreal.github.io'])
    expect(values(emails, false)).toEqual(['a@aurora.github.io'])
  })
})
