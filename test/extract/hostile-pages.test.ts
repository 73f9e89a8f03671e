import { describe, expect, it } from 'vitest'
import { extractFacts } from '../../src/extract/extract-facts.ts'
import { extractPage } from '../../src/extract/extract-page.ts'

const url = 'https://www.aurora.com.br/'
const smallLength = 40_000
const growth = 4
/** Four times the page may take four times as long; 16 times is what a quadratic search takes. */
const mostRatio = 9
/** Of a page that takes less than this, most is not spent on reading it. */
const leastMs = 1.5
const mostRounds = 12

type Shape = (length: number) => string

const repeated =
  (piece: string): Shape =>
  (length) =>
    piece.repeat(Math.ceil(length / piece.length))
const numbered =
  (piece: (n: number) => string): Shape =>
  (length) => {
    const pieces: string[] = []
    for (let n = 0, sum = 0; sum < length; n++) sum += pieces[pieces.push(piece(n)) - 1]!.length
    return pieces.join('')
  }
const within =
  (before: string, shape: Shape, after: string): Shape =>
  (length) =>
    before + shape(length) + after
const jsonLd = (shape: Shape): Shape => within('<script type="application/ld+json">', shape, '</script>')

const shapes: Record<string, Shape> = {
  'nested <div>': repeated('<div>'),
  'unclosed <a>': repeated('<a href=x>y'),
  'unclosed <b>': repeated('<b>'),
  'unclosed <p>': repeated('<p>x'),
  'unclosed comments': repeated('<!--'),
  'closing tags of nothing under many open ones': within('<b>'.repeat(300), repeated('</x>'), ''),
  'attributes of one element': within(
    '<p ',
    numbered((n) => `a${n} `),
    '>',
  ),
  'elements with attributes': numbered((n) => `<p a${n}="x" b=y c>`),
  'one word': repeated('a'),
  'accented words': repeated('ação '),
  blanks: repeated(' \n'),
  digits: repeated('1'),
  'digits and blanks': repeated('11 '),
  telephones: numbered((n) => `(11) 9${81234567 + n} `),
  'foreign numbers that are none': repeated('+11111111111111111/'),
  'at signs': repeated('@'),
  'e-mail addresses': numbered((n) => `a${n}@b${n}.com.br `),
  'disguised e-mail addresses': repeated('aaaa [at] bbb.com '),
  dots: repeated('.'),
  parentheses: repeated('('),
  'area codes': repeated('(11) '),
  slashes: repeated('/'),
  'halves of CNPJs': repeated('CNPJ 11222333/0001 '),
  CNPJs: repeated('CNPJ 11222333000181 '),
  streets: repeated('Rua A '),
  addresses: numbered((n) => `Rua A, ${n} `),
  'postal codes': repeated('01310-100 '),
  'social profiles': numbered((n) => `facebook.com/a${n} `),
  'hosts that are none': repeated('a-facebook.com/'),
  credits: numbered((n) => `Desenvolvido por (11) 9${81234567 + n} a${n}@b.com `),
  links: numbered((n) => `<a href="/p/${n}?é">item ${n}</a> `),
  'telephone links': numbered((n) => `<a href="tel:+55119${81234567 + n}">a</a>`),
  'an e-mail link of brackets': within('<a href="mailto:@', repeated('>'), '\n@">x</a>'),
  'images that name telephones': numbered((n) => `<img alt="Ligue (11) 9${81234567 + n}">`),
  'signs among blanks': repeated('a @ b.com.br '),
  'disguised dots': repeated('a@b(ponto)c '),
  'AT and DOT': repeated('a AT b DOT com '),
  'words of lodging': repeated('Hospedagem: (11) 3333-4455 '),
  'links of credits': numbered((n) => `<a href="https://b.com/${n}">Site por</a> `),
  'documents in frames': numbered((n) => `<iframe srcdoc="<p>${n}</p>"></iframe>`),
  'a document in a frame': within('<iframe srcdoc="', repeated('<p>(11) 3333-4455'), '"></iframe>'),
  'frames for browsers without': repeated('<noframes><p>a</noframes>'),
  'JSON-LD of publishers': jsonLd(
    within(
      '[',
      numbered((n) => `{"@id":"#${n}","name":"P${n}","publisher":{"@id":"#${n + 1}","name":"Q${n}"}},`),
      '{}]',
    ),
  ),
  'list items': numbered((n) => `<li>item ${n}`),
  'nested tables': repeated('<table><tr><td>x'),
  rows: repeated('<tr><td>x<td>y'),
  'hidden elements': repeated('<i hidden></i>'),
  'meta elements': numbered((n) => `<meta name=m${n} content="Ligue (11) 3333-4455">`),
  'one meta element': within('<meta name=a content="', repeated('1 '), '">'),
  'JSON-LD': jsonLd(
    within(
      '[',
      numbered((n) => `{"name":"P${n}","sku":"11222333000181"},`),
      '{}]',
    ),
  ),
  'JSON-LD of brackets': jsonLd(repeated('[')),
  'broken JSON-LD': jsonLd(
    within(
      '{',
      numbered((n) => `"a${n}": "x",,`),
      '',
    ),
  ),
  'broken pieces of JSON-LD': repeated(`<script type="application/ld+json">{${'""'.repeat(2_000)}</script>`),
  'JSON-LD and blanks': jsonLd(within('{"a":1}', repeated(' '), 'x')),
  'pieces of JSON-LD': repeated('<script type="application/ld+json">{"a":1,}</script>'),
}

function cpuMs(html: string): number {
  const before = process.cpuUsage()
  extractFacts(extractPage(html, url))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

describe('the time that a page takes grows with its length and no faster, made of', () => {
  it.each(Object.entries(shapes))('%s', (_name, shape) => {
    const small = shape(smallLength)
    const large = shape(smallLength * growth)
    let smallMs = Number.POSITIVE_INFINITY
    let largeMs = Number.POSITIVE_INFINITY
    let ratio = Number.POSITIVE_INFINITY
    // The least of several: what else the machine does only ever adds.
    for (let round = 0; round < mostRounds && (round < 2 || ratio > mostRatio); round++) {
      smallMs = Math.min(smallMs, cpuMs(small))
      largeMs = Math.min(largeMs, cpuMs(large))
      ratio = largeMs / Math.max(smallMs, leastMs)
    }
    expect(ratio).toBeLessThanOrEqual(mostRatio)
  })
})
