import { describe, expect, it } from 'vitest'
import { extractFacts } from '../../src/extract/extract-facts.ts'
import { extractPage } from '../../src/extract/extract-page.ts'
import { findCnpjs } from '../../src/extract/find-cnpjs.ts'

const url = 'https://www.aurora.com.br/'
const valuesOf = (html: string): string[] =>
  extractFacts(extractPage(`<p>${html}</p>`, url)).cnpjs.map(({ value }) => value)

describe('a CNPJ is found', () => {
  it.each([
    ['glued to its name', 'CNPJ11.222.333/0001-81'],
    ['glued to its name, bare', 'CNPJ11222333000181'],
    ['glued to a numero sign', 'nº11.222.333/0001-81'],
    ['glued to a degree sign', 'N°11.222.333/0001-81'],
    ['glued to the ministry', 'CNPJ/MF11.222.333/0001-81'],
    ['glued to the name before', '<span>Aurora Ltda</span><span>11.222.333/0001-81</span><span>Campinas</span>'],
    ['under its old name', 'CGC/MF 11.222.333/0001-81'],
    ['under its old name, bare', 'CGC: 11222333000181'],
    ['under its full name', 'Cadastro Nacional da Pessoa Jurídica nº 11222333000181'],
    ['with the ministry', 'CNPJ/MF sob o nº 11222333000181'],
    ['with dots between its letters', 'C.N.P.J.: 11222333000181'],
    ['with an abbreviated numero', 'CNPJ n. 11222333000181'],
    ['with the abbreviated ministry', 'CNPJ M.F. Nº 11222333000181'],
    ['with the office named', 'CNPJ (matriz): 11222333000181'],
    ['as a payment key', 'Chave Pix CNPJ: 11222333000181'],
    ['as a payment key named behind', 'CNPJ (chave Pix): 11222333000181'],
    ['beside a CPF', 'CPF/CNPJ: 123.456.789-09/11.222.333/0001-81'],
    ['on the line below its name', 'CNPJ<br>11222333000181'],
    ['in the cell beside its name', '<table><tr><td>CNPJ<td>11222333000181</table>'],
    ['with blanks inside', '11. 222. 333 / 0001 - 81'],
    ['with blanks for signs', 'CNPJ 11 222 333 0001 81'],
    ['with a dash', '11.222.333/0001–81'],
    ['with a typographic hyphen', '11.222.333/0001‐81'],
    ['with a minus sign', '11.222.333/0001−81'],
    ['with hard blanks', '11.222.333&nbsp;/&nbsp;0001&nbsp;-&nbsp;81'],
    ['with a hyphen for the slash', 'CNPJ 11.222.333-0001-81'],
    ['without its last hyphen', '11.222.333/000181'],
    ['at the end of a sentence', 'Somos a Aurora, 11.222.333/0001-81.'],
  ])('%s: %s', (_form, html) => expect(valuesOf(html)).toEqual(['11222333000181']))

  it.each([
    '12.ABC.345/01DE-35',
    'CNPJ12.ABC.345/01DE-35',
    'nº12.ABC.345/01DE-35',
    'CNPJ12ABC34501DE35',
    'CNPJ: 12ABC345/01DE-35',
    '12. ABC. 345 / 01DE – 35',
    'CNPJ/MF sob o nº 12ABC34501DE35',
  ])('with letters: %s', (html) => expect(valuesOf(html)).toEqual(['12ABC34501DE35']))

  it('in each of several, one name before all', () => {
    const both = ['11222333000181', '19131243000197']
    expect(valuesOf('CNPJs: 11.222.333/0001-81 e 19.131.243/0001-97')).toEqual(both)
    expect(valuesOf('CNPJ 11222333000181 e 19131243000197')).toEqual(both)
    expect(valuesOf('11.222.333/0001-81/19.131.243/0001-97')).toEqual(both)
  })

  it('where it stands, the quote being the words of the page', () => {
    const text = 'Aurora Ltda, CNPJ11. 222. 333 / 0001 – 81'
    expect(findCnpjs(text)).toEqual([{ value: '11222333000181', start: 17, end: text.length }])
    expect(extractFacts(extractPage(`<p>${text}`, url)).cnpjs[0]?.quote).toBe(text)
  })

  it('behind hard blanks that nobody folded', () => {
    expect(findCnpjs('CNPJ\u00a011.222.333\u00a0/\u202f0001-81').map(({ value }) => value)).toEqual(['11222333000181'])
  })
})

describe('no CNPJ is found', () => {
  it.each([
    ['in the order of another sentence', 'CNPJ: consulte. Pedido nº 11222333000181'],
    ['in another sentence', 'Informe o CNPJ. Cliente 11222333000181'],
    ['in another sentence, begun with the number', 'CNPJ: consulte. 11222333000181'],
    ['behind a question', 'Tem CNPJ? 11222333000181'],
    ['behind "pedido"', 'CNPJ e pedido 11222333000181'],
    ['behind "protocolo"', 'CNPJ, protocolo 11222333000181'],
    ['behind "NF-e"', 'CNPJ | NF-e 11222333000181'],
    ['behind "nota"', 'CNPJ na nota 11222333000181'],
    ['behind "boleto"', 'CNPJ - boleto 11222333000181'],
    ['behind "código de barras"', 'CNPJ; código de barras: 11222333000181'],
    ['behind "chave"', 'CNPJ e chave de acesso 11222333000181'],
    ['on a line of another name', 'CNPJ: consulte<br>Cliente: 11222333000181'],
    ['behind the one named, with another name', 'CNPJ 19.131.243/0001-97 Insc. Est. 11222333000181'],
    ['without its name', 'Código 11222333000181'],
    ['far from its name', `CNPJ ${'sem número '.repeat(5)} 11222333000181`],
    ['in a longer number', 'CNPJ 111222333000181'],
    ['in a longer number', 'CNPJ 112223330001811'],
    ['in a longer number', '1.11.222.333/0001-81'],
    ['in a longer number', '11.222.333/0001-81-9'],
    ['in a longer number', '11.222.333/0001-819'],
    ['in an access key', 'CNPJ 35240611222333000181550010000000011234567890'],
    ['in a path with a date', '/abcdefgh/2024-80'],
    ['with a wrong digit', 'CNPJ 11.222.333/0001-82'],
  ])('%s: %s', (_where, html) => expect(valuesOf(html).filter((value) => value !== '19131243000197')).toEqual([]))

  it('among words that have the form by chance, their check digits right', () => {
    for (const text of [
      'no mês que / 2026 - 81',
      'noticias/2026-59',
      'NOTICIAS/2026-59',
      'de uma vez / 2026 99',
      'br.com.org/2026-59',
    ]) {
      for (let last = 0; last < 100; last++) {
        expect(findCnpjs(text.replace(/\d\d$/, String(last).padStart(2, '0')))).toEqual([])
      }
    }
  })
})

describe('a search for CNPJs takes less than a second for 5 MB', () => {
  it.each([
    '1',
    '1 ',
    '/',
    '1/1',
    ' / ',
    'CNPJ ',
    'CNPJ 1',
    'CNPJ 11222333000181',
    '11.222.333/0001',
    'a/b ',
    'cgc11 ',
  ])('of "%s"', (piece) => {
    const text = piece.repeat(5_000_000 / piece.length)
    const before = process.cpuUsage()
    findCnpjs(text)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(1_000)
  })
})
