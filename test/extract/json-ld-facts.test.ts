import { describe, expect, it } from 'vitest'
import { extractFacts, type PageFacts } from '../../src/extract/extract-facts.ts'
import { extractPage } from '../../src/extract/extract-page.ts'

const factsOf = (jsonLd: unknown, title = 'Padaria Aurora | Pães em Campinas', text = ''): PageFacts =>
  extractFacts(
    extractPage(
      `<title>${title}</title><script type="application/ld+json">${JSON.stringify(jsonLd)}</script>${text}`,
      'https://www.aurora.com.br/',
    ),
  )
const phonesOf = (...args: Parameters<typeof factsOf>): string[] => factsOf(...args).phones.map(({ value }) => value)

const own = '(19) 3333-4455'
const others = '(11) 3333-4466'

describe('what JSON-LD says of the company', () => {
  it('is found in graphs, lists, departments, contact points and typed values', () => {
    expect(
      phonesOf({
        '@graph': [
          { '@type': 'WebPage', name: 'Início' },
          {
            '@type': ['Bakery', 'LocalBusiness'],
            telephone: ['+55 19 3333-4401', { '@value': '(19) 3333-4402' }],
            contactPoint: [{ '@type': 'ContactPoint', telephone: '+55-19-3333-4403' }],
            department: { '@type': 'Store', department: [{ telephone: '19 3333-4404' }] },
          },
        ],
      }),
    ).toEqual(['+551933334401', '+551933334402', '+551933334403', '+551933334404'])
  })

  it.each([
    ['by its address', { name: 'Grupo Boreal', url: 'https://loja.aurora.com.br/', telephone: own }],
    ['by its name', { name: 'Padaria Aurora Ltda', telephone: own }],
    ['by its mail', { name: 'Boreal Alimentos', email: 'oi@aurora.com.br', telephone: own }],
    ['having no name', { telephone: own }],
    ['by its profile', { name: 'Padaria Aurora', url: 'https://www.facebook.com/aurora', telephone: own }],
    [
      'by its name although its mail is elsewhere',
      { name: 'Padaria Aurora', email: 'a@boreal.com.br', telephone: own },
    ],
  ])('is what a publisher or provider says that is the company %s', (_how, publisher) => {
    expect(phonesOf({ '@type': 'WebSite', publisher })).toEqual(['+551933334455'])
    expect(phonesOf({ '@type': 'Service', provider: [publisher] })).toEqual(['+551933334455'])
  })

  it('is what another object calls itself by the name of the website', () => {
    const publisher = { '@type': 'Organization', name: 'Casa do Pão', telephone: own }
    expect(phonesOf([{ '@type': 'WebSite', name: 'Casa do Pão', publisher }], 'Início')).toEqual(['+551933334455'])
  })

  it('is the WhatsApp number of a link, Brazilian before foreign', () => {
    expect(factsOf({ sameAs: ['https://wa.me/5519988776655'] }).whatsapps).toMatchObject([{ value: '+5519988776655' }])
  })
})

describe('what JSON-LD says of others', () => {
  const agency = {
    '@type': 'Organization',
    name: 'Agência Sol',
    telephone: others,
    sameAs: 'https://instagram.com/sol',
  }

  it.each(['creator', 'author', 'contributor', 'publisher', 'provider', 'organizer', 'sponsor', 'brand', 'areaServed'])(
    'is no fact: %s',
    (role) => {
      const facts = factsOf({ '@type': 'WebSite', telephone: own, [role]: agency })
      expect(facts.phones.map(({ value }) => value)).toEqual(['+551933334455'])
      expect(facts.socials).toEqual([])
    },
  )

  it.each([
    ['address', { telephone: others, url: 'https://www.agenciasol.com.br' }],
    ['mail', { name: 'Sol', telephone: others, email: 'oi@agenciasol.com.br' }],
    ['name', { name: 'Padaria Boreal', telephone: others }],
  ])('is no fact of a publisher known by its %s', (_how, publisher) => {
    expect(phonesOf({ '@type': 'WebSite', publisher })).toEqual([])
  })

  it('is no fact where it is only referred to', () => {
    const node = { ...agency, '@id': '#sol' }
    expect(
      phonesOf({ '@graph': [{ '@type': 'WebSite', name: 'Padaria Aurora', creator: { '@id': '#sol' } }, node] }),
    ).toEqual([])
    const self = { '@type': 'Organization', '@id': '#org', name: 'Padaria Aurora', telephone: own }
    expect(
      phonesOf({ '@graph': [{ '@type': 'Article', author: { '@id': '#org' }, publisher: { '@id': '#org' } }, self] }),
    ).toEqual(['+551933334455'])
  })

  it('is no fact where an event takes place', () => {
    const location = {
      '@type': 'Place',
      telephone: others,
      address: { streetAddress: 'Rua A, 1', postalCode: '13010-100' },
    }
    expect(Object.values(factsOf({ '@type': 'MusicEvent', location })).flat()).toEqual([])
    expect(phonesOf({ '@type': 'Organization', location })).toEqual(['+551133334466'])
  })
})

describe('JSON-LD left from a template', () => {
  it('states nothing', () => {
    const facts = factsOf({
      '@type': 'LocalBusiness',
      name: 'Your Company',
      telephone: '+1-401-555-1212',
      email: 'hello@mywebsite.com',
      address: { streetAddress: '20 Market Square', addressLocality: 'Anytown', postalCode: '12345-000' },
      contactPoint: { telephone: '+1 (800) 555-1212', email: 'email@example.com' },
      sameAs: [
        'https://www.facebook.com/your-profile',
        'https://instagram.com/yourusername',
        'https://twitter.com/envato',
      ],
    })
    expect(Object.values(facts).flat()).toEqual([])
  })

  it('keeps the address of who left only the telephone as it came', () => {
    const address = { streetAddress: 'Rua das Acácias, 89', postalCode: '13010-100' }
    expect(factsOf({ telephone: '(11) 99999-9999', address }).addresses).toHaveLength(1)
  })
})
