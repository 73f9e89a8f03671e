import { expect, it } from 'vitest'
import { metaRefreshUrl } from '../../src/site/meta-refresh.ts'

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
