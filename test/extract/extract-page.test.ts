import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extractPage } from '../../src/extract/extract-page.ts'

const url = 'https://www.aurora.com.br/sobre/index.html'
const read = (html: string) => extractPage(html, url)
const textOf = (html: string): string => read(html).text

describe('the text of a page', () => {
  it('is light Markdown', () => {
    expect(
      textOf(`<h1>Padaria <em>Aurora</em></h1><p>Desde
        1987.</p><h2>Produtos</h2><ul><li>Pães<li><p>Bolos</p></li></ul>
        <table><tr><th>Dia<th>Hora</tr><tr><td><p>Segunda</p></td><td></td><td>8h</td></tr></table><div>Fim</div>`),
    ).toBe('# Padaria Aurora\n\nDesde 1987.\n\n## Produtos\n\n- Pães\n- Bolos\n\nDia | Hora\nSegunda | 8h\n\nFim')
  })

  it('does not take a table that lays out the page for rows', () => {
    expect(
      textOf('<table><tr><td><p>Menu</p><p>Sobre</p></td><td><table><tr><td>a<td>b</table></td></tr></table>'),
    ).toBe('Menu\n\nSobre\n\na | b')
  })

  it('keeps words whole and neighbours apart', () => {
    expect(
      textOf('<p><b>C</b>onfec&ccedil;&atilde;o&nbsp;&nbsp;de <span>E-mail</span><strong>a@aurora.com.br</strong></p>'),
    ).toBe('Confecção de E-mail a@aurora.com.br')
    expect(textOf('pa\u00adda\u200bria')).toBe('padaria')
  })

  it('leaves out what a reader does not see, and keeps the footer', () => {
    const unseen = `<script>var a = "<p>x</p>"</script><style>p{}</style><noscript>x</noscript><template><p>x</p></template>
      <svg><title>x</title><text>x</text></svg><!-- x --><p hidden>x<p style="color:red;display : none">x</p>
      <div aria-hidden="true"><div>x</div></div><select><option>x</select><textarea>x</textarea>`
    expect(textOf(`<p>Antes</p>${unseen}<p>Depois</p><footer>CNPJ</footer>`)).toBe('Antes\n\nDepois\n\nCNPJ')
    expect(read(`<title>Aurora</title>${unseen}`).title).toBe('Aurora')
  })

  it.each([
    ['hidden element', '<span hidden>'],
    ['noscript', '<noscript>'],
    ['svg', '<svg aria-hidden="true">'],
  ])('does not lose the page to a %s that nothing closes', (_what, tag) => {
    expect(textOf(`<div><p>Antes</p>${tag}<div>Telefone</div></div><p>Depois`)).toMatch(/^Antes\s+Telefone\s+Depois$/)
  })

  it('shows a page that its script would have shown', () => {
    expect(textOf('<body style="display:none"><p>Aurora')).toBe('Aurora')
  })

  it('holds neither NUL nor half a surrogate pair, nor does the JSON-LD', () => {
    const { text, jsonLd } = read(
      '<p>a\0b \ud800 &#0; c</p><script type="application/ld+json">{"name":"x\\u0000\\ud800"}</script>',
    )
    expect(text.isWellFormed()).toBe(true)
    expect(text).not.toContain('\0')
    expect(jsonLd).toEqual([{ name: 'x\ufffd' }])
  })

  it('reads any markup without throwing, in well-formed text', () => {
    const piece = fc.constantFrom(
      '<p>',
      '</p>',
      '<td>',
      '<tr>',
      '<h1>',
      '</h1>',
      '<li>',
      '<a href=x>',
      '</a>',
      '<b hidden>',
      '</b>',
      '<svg>',
      '</div>',
      '<div>',
      ' ',
      'x',
      '<!--',
      '&#xd800;',
      '<script>',
      '</script>',
      '<title>',
      '\ud800',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { text } = read(pieces.join(''))
        expect(text.isWellFormed()).toBe(true)
        expect(text).not.toMatch(/^\s|\s$| {2}|\n{3}/)
      }),
    )
  })

  it('gives up on markup nested beyond reason instead of on time', () => {
    expect(textOf(`<p>Aurora</p>${'<div>'.repeat(200_000)}`)).toBe('Aurora')
  })
})

describe('a page beyond any measure', () => {
  it('is read from its beginning to a limit of text, links and contacts', () => {
    const many = (count: number, html: (n: number) => string): string =>
      Array.from({ length: count }, (_, n) => html(n)).join('')
    expect(textOf(`<p>${'letras '.repeat(200_000)}`)).toMatch(/^letras (?:letras )+/)
    expect(textOf(`<p>${'letras '.repeat(200_000)}`).length).toBeLessThanOrEqual(1_000_000)
    expect(read(many(10_500, (n) => `<a href="/${n}">${n}</a>`)).links.at(-1)?.url).toBe(
      'https://www.aurora.com.br/9999',
    )
    expect(read(many(1_500, (n) => `<a href="tel:${n}">${n}</a>`)).telephones).toHaveLength(1_000)
    expect(read(many(600, (n) => `<meta name="m${n}" content="x">`)).metadata).not.toHaveProperty('m500')
  })

  it('loses no text that lies between two of the pieces it is parsed in', () => {
    for (let shift = 0; shift < 60; shift++) {
      const filler = '.'.repeat(65_500 + shift)
      const { text, links } = read(
        `${filler}<p>p&atilde;o &amp; caf&eacute;<a title="x > y" href="/a&amp;b">ok</a> fim</p>`,
      )
      expect(text.slice(filler.length)).toBe('\n\npão & caféok fim')
      expect(links).toEqual([{ url: 'https://www.aurora.com.br/a&b', text: 'ok' }])
    }
  })

  it('may hold JSON-LD of any size and depth, what is nested beyond reason left out', () => {
    const ldOf = (json: string) => read(`<script type="application/ld+json">${json}</script>`).jsonLd
    expect(ldOf(`[${'{},'.repeat(300_000)}{}]`)).toHaveLength(300_001)
    expect(ldOf(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toEqual([])
    expect(ldOf(`{"a":${'['.repeat(90)}${']'.repeat(90)}}`)).toHaveLength(1)
    expect(ldOf(`{"a":"${'x'.repeat(3_000_000)}"}`)).toEqual([])
  })
})

describe('the rest of a page', () => {
  it('is its title, description, language and other metadata', () => {
    const page = read(`<html lang="pt-BR"><head><title> Padaria
      Aurora</title><meta name="Description" content="Pães &amp; bolos"><meta name="description" content="outra">
      <meta property="og:site_name" content="Aurora"><link rel="canonical" href="/sobre/"></head>`)
    expect(page).toMatchObject({
      url,
      title: 'Padaria Aurora',
      description: 'Pães & bolos',
      siteName: 'Aurora',
      language: 'pt-BR',
      canonical: 'https://www.aurora.com.br/sobre/',
      metadata: { description: 'Pães & bolos', 'og:site_name': 'Aurora' },
    })
  })

  it('is null where the page says nothing', () => {
    expect(read('<p>oi')).toMatchObject({
      title: null,
      description: null,
      siteName: null,
      language: null,
      canonical: null,
    })
    expect(read('<meta property="og:title" content="Aurora"><title></title>').title).toBe('Aurora')
  })

  it('has absolute http links, also those of hidden menus, with their text', () => {
    expect(
      read(`<a href="../contato.html" rel="nofollow"> Fale <b>conosco</b></a><a href="/">Início<a href="#topo"><img alt="Topo"></a>
        <a href="javascript:void(0)">x</a><a href="ftp://x/">x</a><a>x</a><map><area href="//loja.aurora.com.br/" alt="Loja"></map>
        <div hidden><a href="/menu" aria-label="Menu"></a></div><template><a href="/molde">x</a></template>`).links,
    ).toEqual([
      { url: 'https://www.aurora.com.br/contato.html', text: 'Fale conosco', rel: 'nofollow' },
      { url: 'https://www.aurora.com.br/', text: 'Início' },
      { url: 'https://www.aurora.com.br/sobre/index.html#topo', text: 'Topo' },
      { url: 'https://loja.aurora.com.br/', text: 'Loja' },
      { url: 'https://www.aurora.com.br/menu', text: 'Menu', hidden: true },
    ])
  })

  it('resolves against the first <base>', () => {
    const page = read(
      '<base href="/v2/"><base href="/v3/"><a href="a">a</a><frame src="b"><iframe src="c"></iframe><iframe src="about:blank"></iframe>',
    )
    expect(page.links[0]?.url).toBe('https://www.aurora.com.br/v2/a')
    expect(page.frames).toEqual(['https://www.aurora.com.br/v2/b', 'https://www.aurora.com.br/v2/c'])
  })

  it('of a frameset is its frames', () => {
    const page =
      read(`<html><head><title>Aurora</title></head><frameset rows="80,*" border=0><frame name=topo src=topo.htm noresize>
      <frameset cols=20%,*><frame src="menu.htm"><frame src=/principal.asp?id=1></frameset>
      <noframes><body><a href="principal.htm">Entrar</a></body></noframes></frameset></html>`)
    expect(page.title).toBe('Aurora')
    expect(page.text).toBe('Entrar')
    expect(page.links).toEqual([{ url: 'https://www.aurora.com.br/sobre/principal.htm', text: 'Entrar' }])
    expect(page.frames).toEqual([
      'https://www.aurora.com.br/sobre/topo.htm',
      'https://www.aurora.com.br/sobre/menu.htm',
      'https://www.aurora.com.br/principal.asp?id=1',
    ])
  })

  it('holds what documents within it say, in their place and a few levels deep', () => {
    const nested = (html: string): string =>
      `<iframe srcdoc="${html.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`
    const page = read(
      `<p>Antes</p>${nested('<h2>Unidades</h2><ul><li>Natal<li>Recife</ul><a href="mapa">Mapa</a>')}<p>Depois</p>`,
    )
    expect(page.text).toBe('Antes\n\n## Unidades\n\n- Natal\n- Recife\n\nMapa\n\nDepois')
    expect(page.links).toEqual([{ url: 'https://www.aurora.com.br/sobre/mapa', text: 'Mapa' }])
    expect(textOf(nested(`<p>um</p>${nested(`<p>dois</p>${nested('<p>três</p>')}`)}`))).toBe('um\n\ndois')
  })

  it('has no words of images but a telephone number or an e-mail address', () => {
    expect(
      textOf(
        '<p>Aurora <img alt="Pães 2026"><img alt="foto 1234-5678.jpg"><img alt="Ligue (11) 3333-4455"> já <img alt="siga @aurora"></p>',
      ),
    ).toBe('Aurora Ligue (11) 3333-4455 já')
  })

  it('names whom its links dial and write to', () => {
    const page =
      read(`<a href="tel:+55%2011%203333-4455">ligue</a><a href="MAILTO:Contato@aurora.com.br?subject=Oi">e-mail</a>
      <a href="https://wa.me/5511988776655?text=oi">a</a><a href="https://api.whatsapp.com/send?phone=%2B55+11+98877-6644">b</a>
      <a href="https://wa.me/message/ABC123">c</a><a href="https://api.whatsapp.com/send?text=oi">d</a>`)
    expect(page.telephones).toEqual(['+55 11 3333-4455'])
    expect(page.mailtos).toEqual(['Contato@aurora.com.br'])
    expect(page.whatsapps).toEqual([
      'https://wa.me/5511988776655?text=oi',
      'https://api.whatsapp.com/send?phone=%2B55+11+98877-6644',
    ])
  })

  it('marks the links of a credit and does not dial its agency', () => {
    const page = read(`<footer><p><a href="mailto:oi@aurora.com.br">E-mail</a></p><p>Desenvolvido por
      <a href="https://agencia.com.br">Agência</a> | <a href="tel:1122334455">ligue</a></p><p><a href="/sobre">Sobre</a></p></footer>`)
    expect(page.links.map(({ url: link, credit }) => [link, credit])).toEqual([
      ['https://agencia.com.br/', true],
      ['https://www.aurora.com.br/sobre', undefined],
    ])
    expect(page.telephones).toEqual([])
    expect(page.mailtos).toEqual(['oi@aurora.com.br'])
  })

  it('shows the e-mail address that Cloudflare hides', () => {
    const hidden = `42${[...'oi@aurora.com.br'].map((each) => (each.charCodeAt(0) ^ 0x42).toString(16).padStart(2, '0')).join('')}`
    const page = read(
      `<p>E-mail: <a href="/cdn-cgi/l/email-protection" class="__cf_email__" data-cfemail="${hidden}">[email&#160;protected]</a>.</p>`,
    )
    expect(page.text).toBe('E-mail: oi@aurora.com.br .')
    expect(page.mailtos).toEqual(['oi@aurora.com.br'])
  })

  it('repairs malformed JSON-LD and skips what is none', () => {
    const script = (json: string): string => `<script type="application/ld+json">${json}</script>`
    expect(
      read(
        [
          script('{"name":"Aurora",}'),
          script('não é JSON'),
          script(''),
          script('[{"a":1},{"b":2}]'),
          script('"x"'),
        ].join(''),
      ).jsonLd,
    ).toEqual([{ name: 'Aurora' }, { a: 1 }, { b: 2 }])
    expect(read(script('<!-- {"name":"Aurora"} -->')).jsonLd).toEqual([{ name: 'Aurora' }])
  })
})
