import { describe, expect, it } from 'vitest'
import { isSameSite, pageKey } from '../../src/site/page-key.ts'

describe('pageKey', () => {
  it.each([
    'http://shop.test/sobre',
    'https://shop.test/sobre',
    'https://www.shop.test/sobre/',
    'https://SHOP.test./sobre#equipe',
    'https://shop.test//sobre/index.html',
    'https://shop.test/sobre/INDEX.php',
    'https://shop.test/sobre?utm_source=x&utm_medium=y&gclid=1&fbclid=2',
    'https://shop.test/%73obre;jsessionid=12ab',
    'https://shop.test/(S(lit3py55t21z5v55vlm25s55))/sobre',
    'https://shop.test/sobre?osCsid=0a1b2c3d&zenid=4e5f&sessionid=6a',
  ])('%s is the page /sobre', (url) => expect(pageKey(url)).toBe('shop.test/sobre'))

  it('keeps apart what is not one page', () => {
    const urls = [
      '/',
      '/sobre',
      '/Sobre',
      '/sobre?id=1',
      '/sobre?id=2',
      '/sobre.html',
      '/(S(1))/sobre',
      '//other.test/sobre',
    ]
    expect(new Set(urls.map((url) => pageKey(new URL(url, 'http://shop.test').href))).size).toBe(urls.length)
  })

  it('knows what tracks a visitor from what names a product', () => {
    expect(pageKey('http://shop.test/p?ref=1')).not.toBe(pageKey('http://shop.test/p?ref=2'))
    expect(pageKey('http://shop.test/p?ref=newsletter')).toBe(pageKey('http://shop.test/p'))
  })

  it('does not mind the order of parameters', () => {
    expect(pageKey('http://shop.test/?b=2&a=1')).toBe(pageKey('http://shop.test/?a=1&b=2'))
  })

  it('takes what is no URL, or no UTF-8, as it is', () => {
    expect(pageKey('javascript')).toBe('javascript')
    expect(pageKey('http://shop.test/%E7a')).toBe('shop.test/%E7a')
  })
})

describe('isSameSite', () => {
  it.each([
    ['http://shop.com.br/', 'https://www.shop.com.br/a', true],
    ['http://shop.com.br/', 'https://loja.shop.com.br/', true],
    ['http://shop.com.br/', 'https://other.com.br/', false],
    ['http://shop.test/', 'http://blog.shop.test/', true],
    ['https://a.wixsite.com/site', 'https://b.wixsite.com/site', false],
    ['https://a.negocio.site/', 'https://b.negocio.site/', false],
    ['https://a.negocio.site/', 'https://www.a.negocio.site/x', true],
    ['https://a.lojaintegrada.com.br/', 'https://b.lojaintegrada.com.br/', false],
    ['https://sites.google.com/view/a', 'https://sites.google.com/view/a/sobre', true],
    ['https://sites.google.com/view/a', 'https://sites.google.com/view/b', false],
    ['https://sites.google.com/view/a', 'https://accounts.google.com/', false],
    ['http://8.8.8.8/', 'http://8.8.8.8/a', true],
    ['http://8.8.8.8/', 'http://8.8.4.4/', false],
  ])('%s and %s: %s', (one, other, same) => expect(isSameSite(one, other)).toBe(same))
})
