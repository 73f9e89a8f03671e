import { describe, expect, it } from 'vitest'
import { createLinkChooser } from '../../src/site/choose-links.ts'

const chooseLinks = createLinkChooser()
const home = 'https://www.shop.com.br/'
const link = (path: string, text = '') => ({ url: new URL(path, home).href, text })
const paths = (...links: { url: string; text: string }[]) =>
  chooseLinks(links, home).map(({ url }) => url.replace('https://www.shop.com.br', ''))

describe('the order of links', () => {
  it('is: who they are, how to reach them, what they sell, the small print, then the rest, then news', () => {
    const links = ['/blog', '/qualquer-coisa', '/politica-de-privacidade', '/produtos', '/contato', '/quem-somos']
    expect(paths(...links.map((path) => link(path)))).toEqual(links.toReversed())
  })

  it.each([
    ['/quemsomos.htm', ''],
    ['/a-empresa/', ''],
    ['/index.php?id=7', 'Quem Somos'],
    ['/p/12', 'Sobre nós'],
    ['/nossos-servicos', ''],
    ['/institucional/historia', ''],
    ['/solu%C3%A7%C3%B5es', ''],
    ['/p/13', 'SERVIÇOS'],
    ['/fale_conosco.asp', ''],
    ['/about-us', ''],
    ['/es/quienes-somos', ''],
    ['/x', 'Fale conosco'],
  ])('prefers %s "%s" to a page whose name says nothing', (path, text) => {
    expect(paths(link('/abc'), link(path, text))[0]).toBe(path)
  })

  it('is not taken in by a headline', () => {
    expect(paths(link('/b1', 'Tudo o que você precisa saber sobre a empresa ideal'), link('/contato'))[0]).toBe(
      '/contato',
    )
  })

  it('prefers the language of the house', () => {
    expect(paths(link('/en/about'), link('/sobre'))).toEqual(['/sobre', '/en/about'])
    expect(paths(link('/en/about'), link('/pt/servicos'))).toEqual(['/pt/servicos', '/en/about'])
  })
})

describe('what is left out', () => {
  it.each([
    'mailto:a@shop.com.br',
    'https://other.com.br/sobre',
    'https://www.facebook.com/shop',
    '/catalogo.pdf',
    '/logo.PNG',
    '/wp-content/uploads/a',
    '/login',
    '/minha-conta/pedidos',
    '/carrinho',
    '/checkout/',
    '/produtos?page=2',
    '/produtos?orderby=price',
    '/produtos/page/3/',
    '/?s=bloco',
    '/busca?q=1',
    '/2023/05/sobre-nos',
    '/calendario/2026-01',
    '/eventos?month=3',
    '/a/b/a/b/a/b',
    '/a/b/c/d/e/f/g',
    '/x?a=1&b=2&c=3&d=4',
    `/${'a'.repeat(2000)}`,
    'http://[bad',
  ])('%s', (url) => expect(chooseLinks([{ url: URL.parse(url, home)?.href ?? url, text: 'Sobre' }], home)).toEqual([]))

  it.each(['/pagina/quem-somos.html', '/page/sobre', '/index.php?pagina=contato', '/?page=empresa', '/?pag=servicos'])(
    'but a page that is called one: %s',
    (path) => expect(chooseLinks([link(path)], home)).toHaveLength(1),
  )

  it.each(['/blog/page/2', '/produtos/pagina/3', '/produtos?page=2', '/produtos?pagina=', '/produtos?start=20'])(
    'nor the further pages of a list: %s',
    (path) => expect(chooseLinks([link(path)], home)).toEqual([]),
  )

  it('the same page twice: the better of its links stands', () => {
    const chosen = chooseLinks([link('/p7#a'), link('/p7/?utm_source=x', 'Quem somos')], home)
    expect(chosen).toHaveLength(1)
    expect(chosen[0]?.score).toBeGreaterThan(50)
  })
})
