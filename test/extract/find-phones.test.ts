import { describe, expect, it } from 'vitest'
import { extractFacts, type PageFacts } from '../../src/extract/extract-facts.ts'
import { extractPage } from '../../src/extract/extract-page.ts'
import { findPhones, phoneReader, toE164 } from '../../src/extract/find-phones.ts'

const factsOf = (html: string): PageFacts => extractFacts(extractPage(html, 'https://www.aurora.com.br/'))
const phonesOf = (html: string): string[] => factsOf(`<p>${html}</p>`).phones.map(({ value }) => value)
const whatsappsOf = (html: string): string[] => factsOf(`<p>${html}</p>`).whatsapps.map(({ value }) => value)

describe('a telephone number is found', () => {
  it.each([
    '(0**11) 3224-5678',
    '(0xx11) 3224-5678',
    '(0XX11)3224-5678',
    '(xx11) 3224-5678',
    '(0 xx 11) 3224-5678',
    '0 xx 11 3224-5678',
    '0xx11 3224-5678',
    '0**11 3224-5678',
    '(011) 3224-5678',
    '(0 15 11) 3224-5678',
    '(01511) 3224-5678',
    '0 15 11 3224-5678',
    '011 3224-5678',
    '+55 (0)11 3224-5678',
    '+55 (011) 3224-5678',
    '+55 (0xx11) 3224-5678',
    '(+55) 11 3224-5678',
    '(+55 11) 3224-5678',
    '+55(11)3224-5678',
    '+55.11.3224.5678',
    '11.3224.5678',
    '11-3224-5678',
    '11 3224–5678',
    '( 11 ) 3224 - 5678',
    '(11)&nbsp;3224&#8209;5678',
    '(11) 3224−5678',
  ])('however its area code is written: %s', (html) => {
    expect(phonesOf(html)).toEqual(['+551132245678'])
    expect(phonesOf(`Fale conosco: ${html}, de segunda a sexta.`)).toEqual(['+551132245678'])
  })

  it.each([
    ['glued to its label', 'Tel(11) 3224-5678'],
    ['glued to what follows', '<span>(11) 3224-5678</span><span>Campinas</span>'],
    ['glued to a plus sign', 'Telefone+55 11 3224-5678'],
    ['with an extension', '(11) 3224-5678 ramal 21'],
    ['with an extension behind a slash', '(11) 3224-5678/ramal 2100'],
    ['of a fax as well', 'Tel/Fax: 11 3224-5678'],
    ['of a fax without separators', 'Fax 1132245678'],
    ['behind a department', 'Vendas: 1132245678'],
    ['at the gate', 'Portaria: (11) 3224-5678'],
    ['at the gate without parentheses', 'Portaria: 11 3224-5678'],
    ['at the gate with nothing between', 'Portaria (11) 3224-5678'],
    ['for orders', 'Faça seu pedido: (11) 3224-5678'],
    ['of a branch of a bank', 'Agência Centro (11) 3224-5678'],
    ['of a registry', 'Registro de Imóveis: 11 3224-5678'],
    ['as a payment key that says so', 'Chave Pix (telefone): 11 3224-5678'],
    ['behind a CNPJ', 'CNPJ 11.222.333/0001-81 - 11 3224-5678'],
    ['behind a postal code', 'CEP 13010-100 - (11) 3224-5678'],
    ['directly behind a postal code', 'CEP 13010-100 (11) 3224-5678'],
    ['behind a postal code with a dot', 'CEP 13.010-100 11 3224-5678'],
    ['behind a licence', 'Creci 1234 (11) 3224-5678'],
    ['behind a licence without parentheses', 'OAB/SP 12.345 - 11 3224-5678'],
    ['behind a plot of land', 'Quadra 3, lote 5 - 11 3224-5678'],
    ['behind hours', 'Seg. a sex., 8h-18h: 11 3224-5678'],
    ['behind another sentence', 'Acompanhe seu processo. Atendimento: 11 3224-5678'],
    ['before a year', '(11) 3224-5678 / 2024 - Todos os direitos reservados'],
    ['before years', '(11) 3224-5678 | 2012-2026'],
    ['before hours', '(11) 3224-5678/24h'],
    ['before a size', '(11) 3224-5678 / 1200 m²'],
  ])('%s: %s', (_where, html) => expect(phonesOf(html)).toEqual(['+551132245678']))

  it.each([
    'Telefone<br>(11)<br>3224-5678',
    'Telefone</p><p>(11)</p><p>3224-5678',
    '(11)<br>3224-5678',
    '<table><tr><td>Telefone<td>(11)<td>3224-5678</table>',
    '<table><tr><td>Telefone<td>(11) 3224-5678</table>',
    '<table><tr><td>Telefone (11)<td>3224-5678</table>',
    '<dl><dt>Telefone<dd>1132245678</dl>',
  ])('over several lines and cells: %s', (html) => expect(phonesOf(html)).toEqual(['+551132245678']))

  it.each([
    ['0800 123 4567', '+558001234567'],
    ['0800-123-4567', '+558001234567'],
    ['0800.123.4567', '+558001234567'],
    ['(0800) 123 4567', '+558001234567'],
    ['0800 12 34567', '+558001234567'],
    ['0800 1234 567', '+558001234567'],
    ['0800 123 45 67', '+558001234567'],
    ['0800 12 3456', '+55800123456'],
    ['SAC 08001234567', '+558001234567'],
    ['Central: 4004-1234', '+5540041234'],
    ['Ligue 3003 1234', '+5530031234'],
    ['Atendimento: 4020-1234 (capitais e regiões metropolitanas)', '+5540201234'],
  ])('for the whole country: %s', (html, phone) => expect(phonesOf(html)).toEqual([phone]))
})

describe('the numbers behind one', () => {
  const first = '+558432245678'

  it.each([
    ['(84) 3224-5678/5679', ['+558432245679']],
    ['(84) 3224-5678 / 5679', ['+558432245679']],
    ['Tel.: (84) 3224-5678 / 5679 / 5680.', ['+558432245679', '+558432245680']],
    ['84 3224-5678/5679', ['+558432245679']],
    ['(84) 3224-5678 e 5679.', ['+558432245679']],
    ['(84) 3224-5678/79', ['+558432245679']],
    ['(84) 3224-5678/5679 (84) 98877-6655', ['+558432245679', '+5584988776655']],
  ])('share all but the last digits: %s', (html, others) => expect(phonesOf(html)).toEqual([first, ...others]))

  it.each([
    ['(84) 3224-5678/3225-1234', ['+558432251234']],
    ['(84) 3224-5678 / 3225-1234 / 98877-6655', ['+558432251234', '+5584988776655']],
    ['(84) 3224-5678 - 3225-1234', ['+558432251234']],
    ['(84) 3224-5678 / 3225-1234 24 horas', ['+558432251234']],
    ['(84) 3224 5678 / 3225 1234', ['+558432251234']],
    ['(84) 32245678 / 988776655', ['+5584988776655']],
    ['(84) 3224-5678/84 98877-6655', ['+5584988776655']],
    ['(84) 3224-5678 / 0800 123 4567', ['+558001234567']],
    ['(84) 3224-5678, 3225-1234 e 3225-1235', ['+558432251234', '+558432251235']],
    ['(84) 3224-5678 / 3225-1234 / 1235', ['+558432251234', '+558432251235']],
    ['(84) 3224-5678/(11) 3225-1234', ['+551132251234']],
  ])('share its area code: %s', (html, others) => expect(phonesOf(html)).toEqual([first, ...others]))

  it.each([
    '(84) 3224-5678 / 2024',
    '(84) 3224-5678/24',
    '(84) 3224-5678/07/2026',
    '(84) 3224-5678 e 5000 clientes',
    '(84) 3224-5678 / 5000 clientes',
    '(84) 3224-5678, 5679',
    '(84) 3224-5678 / 5679,90',
    '(84) 3224-5678 / 1800:00',
    '(84) 3224-5678 / 59010-100',
    '(84) 3224-5678 - 2012-2026',
    '(84) 3224-5678 / 4004-1234',
    '(84) 3224-5678 / 4004 1234',
    '(84) 3224-5678 / 0800',
    '(84) 3224-5678/80 12',
    '(84) 3224-5678 / 2012 2026',
    '(84) 3224-5678<br>3225-1234',
  ])('are none in %s', (html) => expect(phonesOf(html)).toEqual([first]))

  it('share what was said of the first', () => {
    expect(phonesOf('Vendas: 8432245678 / 8432245679, 84988776655')).toEqual([first, '+558432245679', '+5584988776655'])
    expect(phonesOf('(84) 3224-5678 / 11988776655')).toEqual([first])
  })

  it('are where they stand, and so is the quote', () => {
    const text = 'Tel. (84) 3224-5678 / 5679 / 3225-1234'
    expect(findPhones(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      '(84) 3224-5678',
      '5679',
      '3225-1234',
    ])
    expect(factsOf(`<p>${text}`).phones.map(({ quote }) => quote)).toEqual([text, text, text])
  })
})

describe('no telephone number is found', () => {
  it.each([
    'Portaria nº 84 3224-5678',
    'Portaria 84 3224-5678',
    'Decreto n. 84 3224-5678',
    'Pedido nº 84 3224-5678',
    'Pedido número: 8432245678',
    'Protocolo de atendimento: 8432245678',
    'Protocolo de atendimento: 84 3224-5678',
    'Processo 84 3224-5678/2024',
    'CNPJ 11222333000181, contato',
    'CPF (84) 3224-5678',
    'Vendas: CPF 11988776655',
    'Contato: RENAVAM 11988776655',
    'Contato - I.E. 8432245678',
    'Contato - Inscrição Estadual: 8432245678',
    'Atendimento: Ag. 0011 Conta 8432245678',
    'Pix: 84988776655',
    'Vendas, código de barras 5584988776655',
    'Contato ISBN 85-3330-2273',
    'ISBN 85 3330 2273',
    'Latitude -21.35678901, longitude -41.32245678',
    'Contato: -21.35678901, -41.32245678',
    'GPS: 21 3567-8901',
    'Edital 84 2024-0001',
    'Tabela 84 2024-0001',
    'Exercícios 21 2023-2024',
    'Contato em 21.11.2023 - 22.11.2023',
    'Atendimento 0800-1200 13:30',
    'Atendimento das 0800-1200 e 1330-1800',
    'Mais de +500.000.000 de peças',
    'Peça 84-3224-5678',
    'Versão 21.3224.5678',
    'Alvará 84 3224-5678',
    'Norma técnica 84.3224.5678',
    'Vendas R$ 8432245678',
    'Orçamento nº 8432245678',
    'Vendas em 2024: 8432245678',
    'Vendas: 8432245678 unidades',
    'Central 84.32245678',
    'R$ 84 3224-5678',
    'Boleto 23793.38128 60000.000003 00000.000400 1 84340000010000',
    'Atendimento: 34191.79001 01043.510047 91020.150008 5 84320026000',
    'Chave de acesso 3524 0611 2223 3300 0181 5500 1000 0000 0112 3456 7890',
    'Notícias (11)<br>3224-5678',
    'Telefone 3224-5678',
    'Tel. 3001-4567',
    'Telefone: (84) 3224-567',
    'Telefone: (84) 3224-56789',
    'Telefone: (20) 3224-5678',
    'Tel. (84) 3224-5678_9',
    'www.aurora.com.br/84-3224-5678',
    'pedido-84-3224-5678',
    'a84 3224-5678',
    '1.84.3224.5678',
    '84.3224.5678.1',
    '3224-5678/5679',
    '(XX) 3224-5678',
    '(00) 0000-0000',
    '(0**00) 0000-0000',
    '(84) 99999-9999/9999',
  ])('in "%s"', (html) => expect(phonesOf(html)).toEqual([]))

  it('in numbers of other kinds, whatever their digits', () => {
    const digits = (length: number, seed: number): string =>
      String(Math.abs(Math.sin(seed) * 1e16))
        .replace(/\D/g, '')
        .padEnd(length, '3')
        .slice(0, length)
    const forms: ((n: number) => string)[] = [
      (n) => `Contato: CEP ${digits(5, n)}-${digits(3, n + 0.5)}`,
      (n) => `Contato, CPF ${digits(11, n).replace(/^(...)(...)(...)/, '$1.$2.$3-')}`,
      (n) => `Contato, CNPJ ${digits(14, n).replace(/^(..)(...)(...)(....)/, '$1.$2.$3/$4-')}`,
      (n) => `Contato, CNPJ ${digits(14, n)}`,
      (n) => `Contato, EAN ${digits(13, n)}`,
      (n) => `Contato, RENAVAM ${digits(11, n)}`,
      (n) => `Contato, protocolo ${digits(12, n)}`,
      (n) => `Contato, ag. ${digits(4, n)}-1 conta ${digits(5, n)}-9`,
      (n) => `Contato: -${digits(2, n)}.${digits(8, n + 0.5)}, -${digits(2, n + 0.7)}.${digits(7, n)}`,
      (n) => `Vendas: R$ ${digits(2, n)}.${digits(3, n)}.${digits(3, n)},00`,
      (n) => `${digits(8, n)} ${digits(11, n)}`,
    ]
    const wrong = forms.flatMap((form) =>
      Array.from({ length: 500 }, (_, n) => form(n + 1)).filter((text) => findPhones(text).length > 0),
    )
    expect(wrong).toEqual([])
  })
})

describe('WhatsApp is said of a number', () => {
  it.each([
    'WhatsApp: (84) 98877-6655 | Tel: (84) 3224-5678',
    'Tel: (84) 3224-5678 | WhatsApp: (84) 98877-6655',
    '(84) 98877-6655 (WhatsApp) | (84) 3224-5678',
    '(84) 3224-5678 | (84) 98877-6655 - WhatsApp',
    '(84) 3224-5678 WhatsApp: (84) 98877-6655',
    'WhatsApp<br>(84) 98877-6655<br>(84) 3224-5678',
    'Fixo (84) 3224-5678 / 98877-6655 (WhatsApp)',
  ])('before it or directly behind, not of its neighbour: %s', (html) =>
    expect(whatsappsOf(html)).toEqual(['+5584988776655']),
  )

  it('and of those that are listed with it', () => {
    expect(whatsappsOf('WhatsApp: (84) 98877-6655 / 98877-6644 / (84) 98877-6633')).toEqual([
      '+5584988776655',
      '+5584988776644',
      '+5584988776633',
    ])
  })
})

describe('a number that a link or structured data gives', () => {
  it.each([
    '+55 (0)11 3224-5678',
    '+55 (011) 3224-5678',
    '(0**11) 3224-5678',
    '0xx11 3224-5678',
    '(11) 3224-5678 ramal 21',
    '+551132245678;ext=21',
    '+55-11-3224-5678',
    '01132245678',
    '0151132245678',
  ])('is read as it would be in a text: %s', (written) => expect(toE164(written)).toBe('+551132245678'))
})

it('is read in no time out of a value that is none', () => {
  const before = process.cpuUsage()
  for (const written of [' '.repeat(2_000_000), 'ramal'.repeat(400_000), '(0)'.repeat(600_000)]) {
    expect(toE164(written)).toBeUndefined()
  }
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1_000).toBeLessThan(200)
})

describe('a search for telephones takes less than a second for 5 MB', () => {
  it.each([
    '1',
    '1 ',
    '(',
    '+',
    '0 ',
    '(11',
    '(11) ',
    '(0**',
    '+55 ',
    '55 55 ',
    '0800 ',
    '0800 12 ',
    'Tel ',
    '11 3224-',
    '3224-5678/',
    '1133334455 ',
    'Telefone 1133334455 ',
    '(11) 3224-5678/5679/',
    '(11)\n',
    '(11) | ',
  ])('of "%s"', (piece) => {
    const text = piece.repeat(5_000_000 / piece.length)
    const before = process.cpuUsage()
    findPhones(text, phoneReader())
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(1_000)
  })
})
