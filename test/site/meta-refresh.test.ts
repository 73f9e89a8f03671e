import { expect, it } from 'vitest'
import { headerRefreshUrl, metaRefreshUrl } from '../../src/site/meta-refresh.ts'

const refresh = '<meta http-equiv="refresh" content="0; url=/inicio.htm">'
const urlOf = (head: string) => metaRefreshUrl(`<html><head>${head}</head></html>`, 'http://loja.test/')

it('a refresh leads on', () => {
  expect(urlOf(refresh)).toBe('http://loja.test/inicio.htm')
  expect(urlOf(`<!-- antigo --><noscript>x</noscript>${refresh}`)).toBe('http://loja.test/inicio.htm')
})

it.each([
  `<!-- ${refresh} -->`,
  `<noscript>${refresh}</noscript>`,
  `<NOSCRIPT>${refresh}</NOSCRIPT>`,
  `<!-- ${refresh}`,
])('one that nobody follows does not: %s', (head) => expect(urlOf(head)).toBeUndefined())

it.each([
  ['0; url=/inicio.htm', 'http://loja.test/inicio.htm'],
  ["5;URL='http://www.loja.test/a?b=1&c'", 'http://www.loja.test/a?b=1&c'],
  ['300', undefined],
  [undefined, undefined],
])('a Refresh header of %j leads to %s', (header, url) => {
  expect(headerRefreshUrl(header, 'http://loja.test/')).toBe(url)
})
