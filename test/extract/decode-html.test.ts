import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { decodeHtml } from '../../src/extract/decode-html.ts'

const phrase = 'Confecção de pães – preço à vista: “ótimo” €'
const page = (meta: string): string => `<html><head>${meta}</head><body>${phrase}</body></html>`
const latin1Label = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'

describe('decoding a page', () => {
  it.each([
    ['windows-1252 labelled iso-8859-1', 'windows-1252', latin1Label, 'text/html'],
    ['UTF-8 labelled iso-8859-1 in the page', 'utf-8', latin1Label, 'text/html'],
    ['UTF-8 labelled iso-8859-1 by HTTP', 'utf-8', '', 'text/html; charset=ISO-8859-1'],
    ['windows-1252 under an empty charset', 'windows-1252', '<meta charset="">', 'text/html'],
    ['UTF-8 under an empty charset', 'utf-8', '<meta content="text/html; charset=">', 'text/html; charset='],
    ['windows-1252 without any label', 'windows-1252', '', undefined],
    ['UTF-8 without any label', 'utf-8', '', undefined],
    ['windows-1252 labelled UTF-8', 'windows-1252', '<meta charset="utf-8">', 'text/html; charset=utf-8'],
    [
      'windows-1252 labelled with a name that is none',
      'windows-1252',
      '<meta charset="base64">',
      'text/html; charset=x',
    ],
    [
      'windows-1252 whose UTF-8 label is a comment',
      'windows-1252',
      `<!-- <meta charset="utf-8"> -->${latin1Label}`,
      '',
    ],
  ])('reads %s', (_what, bytes, meta, contentType) => {
    const decoded = decodeHtml(iconv.encode(page(meta), bytes), contentType)
    expect(decoded.html).toContain(phrase)
    expect(decoded.charset).toBe(bytes)
  })

  it.each(['utf-8', 'utf-16le', 'utf-16be'])('believes a byte order mark of %s before any label', (charset) => {
    const decoded = decodeHtml(iconv.encode(page(latin1Label), charset, { addBOM: true }), 'text/html; charset=latin1')
    expect(decoded).toEqual({ html: page(latin1Label), charset })
  })

  it('believes HTTP before the page', () => {
    const decoded = decodeHtml(
      iconv.encode('<meta charset="koi8-r"><p>Š</p>', 'iso-8859-2'),
      'text/html; charset=iso-8859-2',
    )
    expect(decoded).toEqual({ html: '<meta charset="koi8-r"><p>Š</p>', charset: 'iso-8859-2' })
  })

  it('still reads UTF-8 that was cut in the middle of a letter', () => {
    const body = Buffer.from('<p>ação e coração')
    expect(decodeHtml(body.subarray(0, body.length - 2), 'text/html').html).toMatch(/^<p>ação e coraç/)
  })

  it('keeps UTF-8 labelled so in spite of one broken byte', () => {
    const body = Buffer.concat([Buffer.from('<p>ação, coração, '), Buffer.from([0xe9]), Buffer.from(' pão')])
    expect(decodeHtml(body, 'text/html; charset=utf-8').html).toBe('<p>ação, coração, \ufffd pão')
  })

  it('reads an empty body', () => {
    expect(decodeHtml(new Uint8Array(), undefined)).toEqual({ html: '', charset: 'utf-8' })
  })
})
