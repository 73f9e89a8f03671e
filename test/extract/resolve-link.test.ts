import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkResolver } from '../../src/extract/resolve-link.ts'

const bases = [
  'https://www.aurora.com.br/sobre/index.html?a=1#b',
  'https://www.aurora.com.br',
  'http://usuario:senha@aurora.com.br:8080/a/b',
  'https://aurora.com.br/a?',
  'https://aurora.com.br/a#',
  'https://aurora.com.br/a?b=/c/d',
  'ftp://aurora.com.br/a',
  'data:text/html,x',
  'nada',
]

describe('what a link leads to', () => {
  it('is what the URL standard says, for http and https', () => {
    const piece = fc.constantFrom(
      ...'/ // . .. a contato.html A-b_c ? & = # # %41 %2e é : https: http: mailto: @ ; \\ | " 1 www.aurora.com.br aurora.com.br:8080'.split(
        ' ',
      ),
      ' ',
      '\t',
      'https://www.aurora.com.br',
      'https://aurora.com.br',
      'http://usuario:senha@aurora.com.br:8080',
    )
    fc.assert(
      fc.property(fc.constantFrom(...bases), fc.array(piece, { maxLength: 6 }), (base, pieces) => {
        const href = pieces.join('')
        const url = URL.parse(href.trim(), base)
        expect(linkResolver(base)(href)).toBe(url && /^https?:$/.test(url.protocol) ? url.href : undefined)
      }),
      { numRuns: 20_000 },
    )
  })

  it('stays the same when asked again', () => {
    const resolve = linkResolver(bases[0]!)
    expect([resolve('../x y'), resolve('../x y'), resolve('tel:1'), resolve('tel:1')]).toEqual([
      'https://www.aurora.com.br/x%20y',
      'https://www.aurora.com.br/x%20y',
      undefined,
      undefined,
    ])
  })
})
