import { expect, it } from 'vitest'
import type { Company } from '../../../../src/kinds/discovery/company.ts'
import { verify } from '../../../../src/kinds/discovery/verdict/verify.ts'
import { readPage } from './verdict-cases.ts'

const company: Company = {
  cnpj: '45312087000106',
  names: ['Damasceno Modas', 'DAMASCENO MODAS LTDA'],
  municipio: 'Franca',
  uf: 'SP',
  logradouro: 'RUA A',
  numero: '1',
  cep: null,
  phones: ['+551637212040'],
  email: 'a@damasceno.com.br',
  activity: null,
}
/** What patterns begin with, and then look on for the rest. */
const words = `consulta cnpj loja site domínio mais_de_1 encontre_a cadastre rede © propriedade_de a Aa Rua_A,_1
  (11)_3333-1000 +_1_2 12345 Franca_-_SP NIF_1 marca acordo vendido damasceno . - de`.split(/\s+/)
const characters = 300_000
const longestMs = 1_000

const places: Record<string, (text: string) => string> = {
  title: (text) => `<title>${text}</title><p>Olá</p>`,
  heading: (text) => `<title>a</title><h1>${text}</h1>`,
  line: (text) => `<title>a</title><p>${text} CNPJ 45.312.087/0001-06</p>`,
  lines: (text) => `<title>a</title>${text.replace(/.{300}/g, '$&<br>')}`,
  'site name': (text) => `<meta property="og:site_name" content="${text}"><p>Olá</p>`,
  'JSON-LD': (text) =>
    `<script type="application/ld+json">{"@type":"Organization","name":"${text}"}</script><p>Olá</p>`,
  footer: (text) => `<h1>Damasceno</h1><p>© ${text} CNPJ 45.312.087/0001-06</p>`,
}

it.each(Object.keys(places))('a %s of one word, over and over, is judged in no time', (place) => {
  for (const word of words) {
    const text = `${word.replaceAll('_', ' ')} `.repeat(Math.ceil(characters / word.length))
    const page = readPage(places[place]!(text), 'https://z.com.br/')
    const pages = [page, { ...page, url: 'https://z.com.br/termos' }]
    const startedMs = performance.now()
    verify(company, 'search', { pages, homeUrl: 'https://z.com.br/' })
    expect(performance.now() - startedMs, word).toBeLessThan(longestMs)
  }
})
