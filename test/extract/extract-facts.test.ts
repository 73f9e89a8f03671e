import { describe, expect, it } from 'vitest'
import { extractFacts, type PageFacts } from '../../src/extract/extract-facts.ts'
import { extractPage } from '../../src/extract/extract-page.ts'

const url = 'https://www.aurora.com.br/'
const factsOf = (html: string): PageFacts => extractFacts(extractPage(html, url))
const valuesOf = (kind: keyof PageFacts, html: string): string[] => factsOf(html)[kind].map(({ value }) => value)

describe('a fact', () => {
  it('carries the words it stands in, its page and where it was read', () => {
    expect(factsOf('<p>Atendimento: <b>(11) 3333-4455</b>, de segunda a sexta').phones).toEqual([
      { value: '+551133334455', quote: 'Atendimento: (11) 3333-4455, de segunda a sexta', url, source: 'text', at: 13 },
    ])
  })

  it('is quoted in at most 160 characters with the written form within, cut between words', () => {
    const words = 'palavra '.repeat(60)
    const [fact] = factsOf(`<p>${words}telefone (11) 3333-4455 ${words}`).phones
    expect(fact?.quote.length).toBeLessThanOrEqual(160)
    expect(fact?.quote).toMatch(/^palavra .*telefone \(11\) 3333-4455 .*palavra$/)
  })

  it('stands once, the text before JSON-LD, links and metadata', () => {
    const html = `<meta name="description" content="Ligue (11) 3333-4455 ou (11) 3333-4466"><a href="tel:1133334455">Ligue</a>
      <script type="application/ld+json">{"telephone":"+55 11 3333-4477"}</script><p>(11) 3333-4455<p>(11) 3333-4455`
    expect(factsOf(html).phones.map(({ value, source, quote }) => [value, source, quote])).toEqual([
      ['+551133334455', 'text', '(11) 3333-4455'],
      ['+551133334477', 'json_ld', '"telephone": "+55 11 3333-4477"'],
      ['+551133334466', 'meta', 'Ligue (11) 3333-4455 ou (11) 3333-4466'],
    ])
  })

  it('is cut off at 200 of a kind, as on a list of other people', () => {
    const numbers = Array.from({ length: 300 }, (_, index) => `(11) 3333-${4000 + index}`)
    expect(factsOf(`<p>${numbers.join('<p>')}`).phones).toHaveLength(200)
  })
})

describe('CNPJs', () => {
  it.each([
    ['CNPJ 11.222.333/0001-81', '11222333000181'],
    ['CNPJ: 11222333000181', '11222333000181'],
    ['12.abc.345/01de-35', '12ABC34501DE35'],
    ['CNPJ nº 11.222.333 / 0001 – 81', '11222333000181'],
    ['Cadastro CNPJ 11.222.333/0001-81', '11222333000181'],
    ['CNPJ e Inscrição: 11222333/0001-81', '11222333000181'],
  ])('are found in "%s"', (text, cnpj) => {
    expect(valuesOf('cnpjs', `<p>${text}.`)).toEqual([cnpj])
    expect(valuesOf('phones', `<p>Telefone e ${text}.`)).toEqual([])
  })

  it.each(['11.222.333/0001-82', 'Código 11222333000181', '00.000.000/0000-00', '111.222.333/0001-81'])(
    'are not found in "%s"',
    (text) => expect(valuesOf('cnpjs', `<p>${text}`)).toEqual([]),
  )

  it('are found in JSON-LD', () => {
    expect(
      factsOf('<script type="application/ld+json">{"@graph":[{"taxID":"11.222.333/0001-81"}]}</script>').cnpjs,
    ).toEqual([{ value: '11222333000181', quote: '"taxID": "11.222.333/0001-81"', url, source: 'json_ld' }])
  })
})

describe('phones', () => {
  it.each([
    ['(11) 3333-4455', '+551133334455'],
    ['(11)98877-6655', '+5511988776655'],
    ['+55 11 98877-6655', '+5511988776655'],
    ['+55 (11) 9 8877 6655', '+5511988776655'],
    ['+5511988776655', '+5511988776655'],
    ['(55 21) 2333.4455', '+552123334455'],
    ['(55) 99877-6655', '+5555998776655'],
    ['(0xx11) 3333-4455', '+551133334455'],
    ['(011) 3333-4455', '+551133334455'],
    ['11 98877.6655', '+5511988776655'],
    ['0800 123 4567', '+558001234567'],
    ['+351 913 446 572', '+351913446572'],
    ['Telefone: 21 33334455', '+552133334455'],
    ['WhatsApp 11988776655', '+5511988776655'],
  ])('are found in "%s"', (text, phone) => {
    expect(valuesOf('phones', `<p>${text}</p>`)).toEqual([phone])
    expect(valuesOf('phones', `<p>Fale: ${text}, ou venha.</p>`)).toEqual([phone])
  })

  it('share an area code that is written once', () => {
    expect(valuesOf('phones', '<p>(21) 3333-4455 / 3333-4466')).toEqual(['+552133334455', '+552133334466'])
    expect(valuesOf('phones', '<p>(21) 3333-4455 ou (21) 3333-4466')).toEqual(['+552133334455', '+552133334466'])
  })

  it.each([
    'Inscrições de 21/09 a 25/09, das 19h00 às 22h00',
    'Horário: 08:00 - 12:00 / 13:30 - 18:00',
    'Calendário: 21/09/2026 22/09/2026 (21 a 25)',
    'Telefone em breve. Gestão 2024 - 2025',
    '2024 - 2025',
    '1998-2026',
    'De 12/11/2023 a 21/11/2024',
    '21-11-2026 2027',
    'Temporada 11 2023-2024',
    'Agenda: 21.11.2026, 10:00 - 12:00',
    'CEP 01310-100',
    'R$ 1.133.334.455,00',
    'CPF 11988776655',
    'Protocolo: 11 98877-6655',
    'Pedido 1133334455',
    'Código 11988776655',
    '11988776655',
    '3333-4455',
    '(11) 99999-9999',
    '(11) 0000-0000',
    '(11) 1234-5678',
    '(12) 1234 - 5678',
    '(11) 91234-5678',
    '(11) 98765-4321',
    '+55-XX-XXXX',
    '(XX) XXXX-XXXX',
    'id: 81*78636',
    'ISBN 978-85-333-0227-3',
    'Linhas: 313 / 918 / 728 / 919',
    'www.aurora.com.br/1133334455',
    '+1-401-555-1212',
    '+1 (212) 555-0100',
  ])('are not found in "%s"', (text) => {
    expect(valuesOf('phones', `<p>${text}</p>`)).toEqual([])
  })

  it.each([
    '<!-- Tel.: (11) 3333-4455 -->',
    '<!-- <p>Tel.: (11) 3333-4455</p>',
    '<script>var tel = "(11) 3333-4455"</script>',
    '<script type="text/template"><a href="tel:1133334455">(11) 3333-4455</a></script>',
    '<style>.a::after { content: "(11) 3333-4455" }</style>',
    '<template><p>(11) 3333-4455</p></template>',
    '<p hidden>(11) 3333-4455</p>',
    '<div style="display:none"><p>(11) 3333-4455</p></div>',
    '<textarea>(11) 3333-4455</textarea>',
    '<input value="(11) 3333-4455" placeholder="(11) 3333-4455">',
    '<div data-phone="(11) 3333-4455" data-href="tel:1133334455" title="(11) 3333-4455"></div>',
    '<img hidden alt="(11) 3333-4455">',
    '<div hidden><a href="tel:1133334455"></a><img alt="(11) 3333-4455"></div>',
    '<a href="tel:1133334455" style="display: none">ligue</a>',
    '<div aria-hidden="true"><p><a href="tel:1133334455">ligue</a></div>',
    '<iframe hidden srcdoc="<p>(11) 3333-4455</p>"></iframe>',
    '<template><script type="application/ld+json">{"telephone":"(11) 3333-4455"}</script></template>',
  ])('are not found where no reader sees them: %s', (html) => {
    expect(valuesOf('phones', `<p>Fale conosco: (11) 3333-4400</p>${html}`)).toEqual(['+551133334400'])
  })

  it.each([
    '<meta itemprop="telephone" content="1133334455">',
    '<meta itemprop="telephone" content="+551133334455">',
    '<meta property="business:contact_data:phone_number" content="+55 11 3333-4455">',
  ])('are found in metadata that says what they are: %s', (html) => {
    expect(factsOf(html).phones).toMatchObject([{ value: '+551133334455', source: 'meta' }])
  })

  it('are not those of an author in microdata', () => {
    const author =
      '<meta itemprop="telephone" content="1133334466"><div><meta itemprop="faxNumber" content="(11) 3333-4477"></div>'
    expect(
      valuesOf(
        'phones',
        `<div itemprop="author" itemscope>${author}</div><meta itemprop="telephone" content="1133334455">`,
      ),
    ).toEqual(['+551133334455'])
  })

  it('are WhatsApp numbers where the page says so, in words or by a link', () => {
    const html = '<p>WhatsApp: (11) 98877-6655<p>Tel: (11) 3333-4455<a href="https://wa.me/5511988776644">oi</a>'
    expect(valuesOf('whatsapps', html)).toEqual(['+5511988776655', '+5511988776644'])
    expect(factsOf(html).whatsapps[1]).toMatchObject({ source: 'link', quote: 'https://wa.me/5511988776644' })
  })

  it('of a placeholder link are none', () => {
    expect(
      valuesOf('phones', '<a href="tel:11999999999">a</a><a href="tel:">b</a><a href="tel:33334455">c</a>'),
    ).toEqual([])
    expect(valuesOf('whatsapps', '<a href="https://wa.me/5511999999999">a</a>')).toEqual([])
  })
})

describe('e-mail addresses', () => {
  it.each([
    ['Contato@Aurora.com.br', 'contato@aurora.com.br'],
    ['contato [arroba] aurora.com.br', 'contato@aurora.com.br'],
    ['contato(at)aurora.com.br', 'contato@aurora.com.br'],
    ['contato arroba aurora ponto com ponto br', 'contato@aurora.com.br'],
    ['contato [at] aurora [dot] com', 'contato@aurora.com'],
    ['contato (arroba) aurora (ponto) com (ponto) br', 'contato@aurora.com.br'],
    ['contato{at}aurora.com.br', 'contato@aurora.com.br'],
    ['contato&#64;aurora&#46;com&period;br', 'contato@aurora.com.br'],
    ['c&#111;nt&#x61;to<wbr>&commat;<!-- x -->aurora.com.br', 'contato@aurora.com.br'],
    ['conta\u00adto@auro\u200bra.com.br', 'contato@aurora.com.br'],
    ['padaria.aurora@gmail.com', 'padaria.aurora@gmail.com'],
    ['vendas @ boreal.com.br', 'vendas@boreal.com.br'],
    ['maria.silva @ boreal.com.br', 'maria.silva@boreal.com.br'],
    ['maria @ aurora.com.br', 'maria@aurora.com.br'],
    ['Fale conosco: maria @ gmail.com', 'maria@gmail.com'],
    ['E-mail maria @ boreal.com.br', 'maria@boreal.com.br'],
    ['vendas@ boreal.com.br', 'vendas@boreal.com.br'],
    ['contato&nbsp;@&nbsp;boreal.com.br', 'contato@boreal.com.br'],
    ['contato<span>@</span>aurora.com.br', 'contato@aurora.com.br'],
    ['<span>contato</span><span>@</span><span>aurora.com.br</span>', 'contato@aurora.com.br'],
    ['contato<span style="display:none">x</span>@aurora.com.br', 'contato@aurora.com.br'],
    ['contato(a)aurora.com.br', 'contato@aurora.com.br'],
    ['contato [a] aurora.com.br', 'contato@aurora.com.br'],
    ['contato[@]aurora[.]com[.]br', 'contato@aurora.com.br'],
    ['contato AT aurora DOT com DOT br', 'contato@aurora.com.br'],
    ['CONTATO AT AURORA DOT COM DOT BR', 'contato@aurora.com.br'],
    ['contato@aurora(ponto)com(ponto)br', 'contato@aurora.com.br'],
    ['contato@aurora.com(ponto)br', 'contato@aurora.com.br'],
    ['CONTATO@AURORA.COM.BR', 'contato@aurora.com.br'],
    ['(contato@aurora.com.br)', 'contato@aurora.com.br'],
    ['-contato@aurora.com.br', 'contato@aurora.com.br'],
    ['www.contato@aurora.com.br', 'contato@aurora.com.br'],
    ['contato@aurora.com.br.Ligue já', 'contato@aurora.com.br'],
    ['contato@aurora.com.brTelefone', 'contato@aurora.com.br'],
  ])('are found in "%s"', (text, email) => {
    expect(valuesOf('emails', `<p>E-mail: ${text}. Fale conosco.`)).toEqual([email])
  })

  it.each([
    'logo@2x.png',
    'voce@example.com',
    'contato@seusite.com.br',
    'contato@dominio.com.br',
    'seuemail@gmail.com',
    '0123456789abcdef0123456789abcdef@sentry.io',
    'x@sentry-next.wixpress.com',
    'siga @padaria.aurora',
    'a@@aurora.com.br',
    'contato@aurora.semtld',
    'encontre-nos @ loja',
    'encontre-nos @ loja.com.br',
    'Encontre-nos @ aurora.com.br',
    'Palestra @ eventos.com.br',
    'siga @loja.com.br',
    'Instagram @aurora.com.br',
    'vendas @ www.boreal.com.br',
    'Seja bem-vindo(a) aurora.com.br',
    'visit us AT aurora DOT com',
    'look at boreal dot com',
    'contato@boreal.com.br@',
    'contato@REMOVAISTOboreal.com.br',
    'hello@mywebsite.com',
    'seu@email.com',
    'email@example.com',
    'nome@dominio.com',
    'seu-nome@boreal.com.br',
    'info@demolink.org',
    'suporte@wix.com',
  ])('are not found in "%s"', (text) => {
    expect(valuesOf('emails', `<p>${text}<a href="mailto:${text}">x</a>`)).toEqual([])
  })
})

describe('e-mail links', () => {
  it.each([
    ['mailto:Contato@Aurora.com.br?subject=Or%C3%A7amento&cc=x@aurora.com.br', ['contato@aurora.com.br']],
    [
      'mailto:a@aurora.com.br,b@aurora.com.br;%20c@aurora.com.br',
      ['a@aurora.com.br', 'b@aurora.com.br', 'c@aurora.com.br'],
    ],
    ['mailto:%63ontato%40aurora.com.br', ['contato@aurora.com.br']],
    ['mailto: contato@aurora.com.br.', ['contato@aurora.com.br']],
    ['mailto://contato@aurora.com.br', ['contato@aurora.com.br']],
    ['mailto:Padaria <contato@aurora.com.br>', ['contato@aurora.com.br']],
    ['contato@aurora.com.br', ['contato@aurora.com.br']],
    ['mailto:?subject=Veja&body=https://www.aurora.com.br', []],
    ['https://www.boreal.com.br/@aurora', []],
  ])('write to whom they name: %s', (href, emails) => {
    expect(valuesOf('emails', `<a href="${href}">x</a>`)).toEqual(emails)
  })

  it('through Cloudflare, with the address in the link alone, write to whom that hides', () => {
    const hex = (text: string): string =>
      `2a${[...text].map((each) => (each.charCodeAt(0) ^ 0x2a).toString(16).padStart(2, '0')).join('')}`
    for (const text of [
      'oi@aurora.com.br',
      'oi@aurora.com.br?subject=Olá a todos'.normalize('NFD').replace(/\p{M}/gu, ''),
    ]) {
      const page = extractPage(`<a href="/cdn-cgi/l/email-protection#${hex(text)}">E-mail</a>`, url)
      expect(extractFacts(page).emails.map(({ value }) => value)).toEqual(['oi@aurora.com.br'])
      expect(page.links).toEqual([])
    }
    expect(valuesOf('emails', '<a href="/cdn-cgi/l/email-protection#2a2a">E-mail</a>')).toEqual([])
    expect(
      valuesOf('emails', `<p>Site por Sol <span data-cfemail="${hex('oi@agenciasol.com.br')}">x</span></p>`),
    ).toEqual([])
  })
})

describe('what is not shown', () => {
  const contacts = `<a href="tel:1133334455">a</a><a href="mailto:oi@boreal.com.br">b</a><a href="https://wa.me/5511988776655">c</a>
    <a href="https://www.instagram.com/boreal">d</a>`

  it.each(['hidden', 'style="display:none"', 'style="visibility: hidden"', 'aria-hidden="true"'])(
    'states no fact by its links either: %s',
    (attribute) => {
      expect(Object.values(factsOf(`<div ${attribute}>${contacts}</div>`)).flat()).toEqual([])
    },
  )

  it.each([
    'class="hidden-xs"',
    'class="d-none d-md-block"',
    'aria-hidden="false"',
    'style="display:block"',
    'data-hidden',
  ])('is not what only some screens do not show: %s', (attribute) => {
    const facts = factsOf(`<div ${attribute}>${contacts}</div>`)
    expect([facts.phones, facts.emails, facts.whatsapps, facts.socials].map((each) => each.length)).toEqual([
      1, 1, 1, 1,
    ])
  })

  it('states them where the page also shows them, before or after', () => {
    expect(valuesOf('phones', `<div hidden>${contacts}</div><a href="tel:1133334455">a</a>`)).toEqual(['+551133334455'])
    expect(valuesOf('socials', `${contacts}<div hidden>${contacts}</div>`)).toEqual([
      'https://www.instagram.com/boreal',
    ])
  })

  it('is shown after all where nothing closes the hidden element', () => {
    const facts = factsOf(`<div><span hidden>${contacts}<p>Fim</p></div><p>Depois`)
    expect([facts.phones, facts.emails, facts.whatsapps, facts.socials].map((each) => each.length)).toEqual([
      1, 1, 1, 1,
    ])
  })

  it('takes no half address out of a page that was cut in the middle of a tag', () => {
    expect(valuesOf('phones', '<p>Oi<a href="tel:1133334455')).toEqual([])
    expect(valuesOf('phones', '<p hidden>Oi<p><a href="tel:1133334466">a</a><a href="tel:1133334455"')).toEqual([
      '+551133334466',
    ])
  })
})

describe('documents and images within a page', () => {
  it.each([
    [
      'a frame’s own document',
      '<iframe srcdoc="&lt;p&gt;Tel.: (11) 3333-4455&lt;/p&gt;&lt;a href=mailto:oi@aurora.com.br&gt;x&lt;/a&gt;"></iframe>',
    ],
    [
      'the words for browsers without frames',
      '<frameset><frame src=a><noframes><body><p>Tel.: (11) 3333-4455</p><a href="mailto:oi@aurora.com.br">x</a></body></noframes></frameset>',
    ],
    ['images', '<img src=a alt="Ligue (11) 3333-4455"><img alt="oi@aurora.com.br" src=b>'],
  ])('are read: %s', (_what, html) => {
    const { phones, emails } = factsOf(html)
    expect(phones).toMatchObject([{ value: '+551133334455', source: 'text' }])
    expect(emails.map(({ value }) => value)).toEqual(['oi@aurora.com.br'])
  })

  it('of an agency are still the agency’s', () => {
    expect(
      Object.values(factsOf('<p>Desenvolvido por <img alt="Sol (11) 3333-4466 oi@agenciasol.com.br">')).flat(),
    ).toEqual([])
    expect(Object.values(factsOf('<img alt="Desenvolvido por Sol (11) 3333-4466">')).flat()).toEqual([])
    expect(Object.values(factsOf('<a href="https://instagram.com/sol"><img alt="Site por Sol"></a>')).flat()).toEqual(
      [],
    )
  })
})

describe('a page that is not what it should be', () => {
  it("keeps what a template's JSON-LD says beside what the page says, each with its source", () => {
    const facts = factsOf(`<script type="application/ld+json">{"@type":"Restaurant","name":"Bistrô Modelo",
      "telephone":"+1 415 676 2671","email":"hello@bistromodelo.com","address":{"streetAddress":"1 Market St",
      "addressLocality":"San Francisco","postalCode":"94105-000"},"sameAs":["https://instagram.com/bistromodelo"]}</script>
      <footer>Rua das Acácias, 89 - Campinas - SP, 13010-100 Tel. (19) 3333-4455 oi@aurora.com.br</footer>`)
    const places = (kind: keyof PageFacts) => facts[kind].map(({ value, source }) => [value, source])
    expect(places('phones')).toEqual([
      ['+551933334455', 'text'],
      ['+14156762671', 'json_ld'],
    ])
    expect(places('emails')).toEqual([
      ['oi@aurora.com.br', 'text'],
      ['hello@bistromodelo.com', 'json_ld'],
    ])
    expect(places('addresses')).toEqual([
      ['Rua das Acácias, 89 - Campinas - SP, 13010-100', 'text'],
      ['1 Market St, San Francisco, 94105-000', 'json_ld'],
    ])
    expect(places('socials')).toEqual([['https://www.instagram.com/bistromodelo', 'json_ld']])
  })

  it('gives the facts of malformed JSON-LD', () => {
    const facts = factsOf(`<script type="application/ld+json">// dados
      {"@type": "LocalBusiness", 'telephone': "(19) 3333-4455", "taxID": "11.222.333/0001-81",
       "description": "duas
       linhas", "email": "oi@aurora.com.br",}</script>`)
    expect(facts.phones.map(({ value }) => value)).toEqual(['+551933334455'])
    expect(facts.cnpjs.map(({ value }) => value)).toEqual(['11222333000181'])
    expect(facts.emails.map(({ value }) => value)).toEqual(['oi@aurora.com.br'])
  })

  it('is read although nothing in it is closed or quoted', () => {
    const facts = factsOf(`<html><body bgcolor=#ffffff><table width=100%><tr><td><font size=2><b>Padaria Aurora
      <tr><td><font face=Verdana>Rua das Acácias, 89<br>Campinas - SP<br>CEP: 13010-100
      <tr><td><font size=1>Fone: <b>(19) 3333-4455<td><a href=mailto:oi@aurora.com.br>e-mail
      <tr><td><i>CNPJ 11.222.333/0001-81<td><a href=https://www.instagram.com/padaria.aurora>Instagram<p>`)
    expect(
      Object.entries(facts).map(([kind, found]) => [kind, found.map(({ value }: { value: string }) => value)]),
    ).toEqual([
      ['cnpjs', ['11222333000181']],
      ['phones', ['+551933334455']],
      ['emails', ['oi@aurora.com.br']],
      ['whatsapps', []],
      ['socials', ['https://www.instagram.com/padaria.aurora']],
      ['postalCodes', ['13010100']],
      ['addresses', ['Rua das Acácias, 89, Campinas - SP']],
    ])
  })
})

describe("an agency's credit", () => {
  it.each([
    'Desenvolvido por Agência Sol (11) 3333-4466 oi@agenciasol.com.br instagram.com/agenciasol',
    'Site by Agência Sol | <a href="tel:1133334466">(11) 3333-4466</a> <a href="mailto:oi@agenciasol.com.br">e-mail</a>',
    'Criado por<br><a href="https://www.instagram.com/agenciasol">Agência Sol</a> oi@agenciasol.com.br',
    'Webmaster: João (11) 3333-4466 <a href="mailto:joao.sol@gmail.com">e-mail</a>',
    'Hospedagem: Sol Host (11) 3333-4466 suporte@solhost.com.br',
    'Hospedagem: <a href="tel:1133334466">ligue</a>',
    'Hospedado na Sol Host (11) 3333-4466',
    'Desenvolvimento: Sol (11) 3333-4466',
    'Desenvolvimento web: Sol (11) 3333-4466',
    'Desenvolvimento e hospedagem: Sol (11) 3333-4466',
    'Criação de sites: Sol (11) 3333-4466 oi@agenciasol.com.br',
    'Criação e hospedagem de sites: Sol (11) 3333-4466',
    'Desenvolvimento do site: Sol (11) 3333-4466',
    'SITE POR: SOL (11) 3333-4466',
    'Web designer: Sol (11) 3333-4466',
    'Site por Sol <a href="https://wa.me/5511988776644">WhatsApp</a> <a href="https://instagram.com/sol">Instagram</a>',
    '<a href="https://wa.me/5511988776644">Desenvolvido por Agência Sol</a>',
    '<a href="mailto:joao.sol@gmail.com">Webmaster</a>',
    '<a href="https://www.instagram.com/agenciasol" title="Criação de sites"><i></i></a>',
    'Site por Sol (11) 3333-4466<script type="application/ld+json">{"telephone":"+55 11 3333-4466"}</script>',
  ])('gives no fact: %s', (credit) => {
    const facts = factsOf(`<footer><p>Tel. (11) 3333-4455 oi@aurora.com.br</p><p>${credit}</p></footer>`)
    expect(facts.phones.map(({ value }) => value)).toEqual(['+551133334455'])
    expect(facts.emails.map(({ value }) => value)).toEqual(['oi@aurora.com.br'])
    expect([...facts.socials, ...facts.whatsapps]).toEqual([])
  })

  it('keeps the webmaster at the company’s own domain', () => {
    const html = '<p>Webmaster: web@aurora.com.br <a href="mailto:ti@aurora.com.br">TI</a></p>'
    expect(valuesOf('emails', html)).toEqual(['web@aurora.com.br', 'ti@aurora.com.br'])
  })

  it('does not take what stands before it, on another line, or on the site’s own domain', () => {
    const html =
      '<p>(11) 3333-4455 | Desenvolvido por Sol | sac@aurora.com.br</p><p>Outra linha</p><p>oi@padaria.com.br</p>'
    expect(valuesOf('phones', html)).toEqual(['+551133334455'])
    expect(valuesOf('emails', html)).toEqual(['sac@aurora.com.br', 'oi@padaria.com.br'])
  })

  it.each([
    'Site: www.padaria.com.br | Tel: (11) 3224-5678 | CNPJ 11.222.333/0001-81',
    'Empresa criada por João em 1990. Tel: (11) 3224-5678. CNPJ 11.222.333/0001-81',
    'Programação: (11) 3224-5678, CNPJ 11.222.333/0001-81',
    'Pousada Aurora<br>Hospedagem: (11) 3224-5678, CNPJ 11.222.333/0001-81',
    'Hotel Aurora. <a href="tel:1132245678">Diárias</a> Hospedagem: (11) 3224-5678, CNPJ 11.222.333/0001-81',
  ])('is none where the words are used of something else: %s', (line) => {
    expect(valuesOf('phones', `<p>${line}`)).toEqual(['+551132245678'])
    expect(valuesOf('cnpjs', `<p>${line}`)).toEqual(['11222333000181'])
  })

  it('is a page’s author as well', () => {
    const meta = '<meta name="author" content="Agência Sol contato@agenciasol.com.br (11) 3333-4466">'
    expect(valuesOf('emails', meta)).toEqual([])
    expect(valuesOf('phones', meta)).toEqual([])
  })

  it('is none where the company speaks of itself', () => {
    expect(valuesOf('emails', '<p>Receitas desenvolvidas por nossa equipe: oi@padaria.com.br')).toEqual([
      'oi@padaria.com.br',
    ])
    expect(valuesOf('emails', '<p>Pão feito por nós: oi@padaria.com.br')).toEqual(['oi@padaria.com.br'])
  })
})

describe('social profiles', () => {
  it.each([
    ['//instagram.com/Padaria.Aurora/?hl=pt', 'https://www.instagram.com/padaria.aurora'],
    ['https://pt-br.facebook.com/PadariaAurora', 'https://www.facebook.com/padariaaurora'],
    ['https://www.facebook.com/profile.php?id=100012345678', 'https://www.facebook.com/profile.php?id=100012345678'],
    ['https://br.linkedin.com/company/padaria-aurora/about/', 'https://www.linkedin.com/company/padaria-aurora'],
    ['https://youtube.com/@Aurora', 'https://www.youtube.com/@aurora'],
    [
      'https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv',
      'https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv',
    ],
    ['https://www.tiktok.com/@aurora', 'https://www.tiktok.com/@aurora'],
    ['https://twitter.com/Aurora', 'https://x.com/aurora'],
    ['https://www.facebook.com/pg/PadariaAurora/about/', 'https://www.facebook.com/padariaaurora'],
    ['https://www.facebook.com/PadariaAurora/photos', 'https://www.facebook.com/padariaaurora'],
    ['https://www.instagram.com/_u/aurora', 'https://www.instagram.com/aurora'],
  ])('are found behind %s', (link, profile) => {
    expect(valuesOf('socials', `<a href="${link}">x</a>`)).toEqual([profile])
  })

  it.each([
    'https://www.facebook.com/sharer/sharer.php?u=x',
    'https://www.facebook.com/wix',
    'https://twitter.com/intent/tweet?text=x',
    'https://www.linkedin.com/shareArticle?url=x',
    'https://www.linkedin.com/in/fulano',
    'https://www.instagram.com/p/abc/',
    'https://www.instagram.com/',
    'https://www.youtube.com/watch?v=abc',
    'https://instagram.com.golpe.net/aurora',
    'https://www.facebook.com/tr?id=1&ev=PageView',
    'https://www.facebook.com/v2.5/plugins/page.php?href=x',
    'https://www.facebook.com/share/abc123',
    'https://www.facebook.com/aurora/posts/123456',
    'https://www.facebook.com/pages/category/Bakery/Aurora-123456/',
    'https://developers.facebook.com/docs',
    'https://www.facebook.com/your-profile',
    'https://www.facebook.com/sua.pagina',
    'https://www.facebook.com/elementor',
    'https://www.instagram.com/yourusername',
    'https://www.instagram.com/your_username/',
    'https://www.instagram.com/aurora/p/Cabc123/',
    'https://www.instagram.com/reel/Cabc123/',
    'https://help.instagram.com/aurora',
    'https://twitter.com/share?url=x',
    'https://twitter.com/aurora/status/123456',
    'https://twitter.com/envato',
    'https://x.com/intent/post?text=x',
    'https://www.linkedin.com/company/your-company',
    'https://www.linkedin.com/sharing/share-offsite/?url=x',
    'https://www.youtube.com/embed/abc',
    'https://www.tiktok.com/@aurora/video/123456',
    'https://www.tiktok.com/@username',
  ])('are not found behind %s', (link) => {
    expect(valuesOf('socials', `<a href="${link}">x</a>`)).toEqual([])
  })

  it('are found where the text spells them out', () => {
    expect(factsOf('<p>Siga: instagram.com/aurora.').socials).toEqual([
      { value: 'https://www.instagram.com/aurora', quote: 'Siga: instagram.com/aurora.', url, source: 'text', at: 6 },
    ])
  })
})

describe('addresses and postal codes', () => {
  it.each([
    [
      'Rua das Acácias, 89 - Centro, Campinas - SP, 13010-100. Tel.: (19) 3333-4455',
      'Rua das Acácias, 89 - Centro, Campinas - SP, 13010-100',
    ],
    ['Endereço: Av. Brasil, nº 1.200, sala 3 | Horário: 8h', 'Av. Brasil, nº 1.200, sala 3'],
    [
      'R. Dona Flor, 12 - Vila Nova<br>Belo Horizonte - MG, CEP 31970-130',
      'R. Dona Flor, 12 - Vila Nova, Belo Horizonte - MG, CEP 31970-130',
    ],
    ['Rodovia BR-101, km 12 - Serra/ES', 'Rodovia BR-101, km 12 - Serra/ES'],
  ])('are found in "%s"', (text, address) => {
    expect(valuesOf('addresses', `<p>${text}</p><p>Outra coisa</p>`)).toEqual([address])
  })

  it.each(['Rua das Indústrias, 123', 'Rua Exemplo, 10', 'A rua é nossa, 10 anos depois', 'por via aérea, 24 horas'])(
    'are not found in "%s"',
    (text) => expect(valuesOf('addresses', `<p>${text}`)).toEqual([]),
  )

  it.each(['123 Main St', '500 Terry Francine St.', 'Rua Exemplo, 123', '123 Your Street'])(
    'are none in JSON-LD that says "%s", nor is its postal code one',
    (streetAddress) => {
      const address = { streetAddress, addressLocality: 'Campinas', postalCode: '13010-100' }
      const facts = factsOf(`<script type="application/ld+json">${JSON.stringify({ address })}</script>`)
      expect([...facts.addresses, ...facts.postalCodes]).toEqual([])
    },
  )

  it('are composed from JSON-LD', () => {
    const address = {
      '@type': 'PostalAddress',
      streetAddress: 'Rua A, 1',
      addressLocality: 'Natal',
      addressRegion: 'RN',
      postalCode: '59010-100',
    }
    const facts = factsOf(`<script type="application/ld+json">${JSON.stringify({ address })}</script>`)
    expect(facts.addresses).toMatchObject([
      { value: 'Rua A, 1, Natal - RN, 59010-100', source: 'json_ld', quote: '"streetAddress": "Rua A, 1"' },
    ])
    expect(facts.postalCodes).toMatchObject([{ value: '59010100', source: 'json_ld' }])
  })

  it('have postal codes, but not every such number is one', () => {
    expect(valuesOf('postalCodes', '<p>CEP: 13.010-100<p>CEP 59010100<p>Natal - RN, 59010-200')).toEqual([
      '13010100',
      '59010100',
      '59010200',
    ])
    expect(valuesOf('postalCodes', '<p>Peça 98765-432<p>CEP 00000-000<p>CEP 12345-678')).toEqual([])
  })
})
