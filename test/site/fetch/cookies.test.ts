import { expect, it } from 'vitest'
import { createCookies } from '../../../src/site/fetch/cookies.ts'
import { article, crawl, menu, pages, pathsOf, readerOn, startSite } from '../loopback-site.ts'

const shop = new URL('https://www.shop.test/a')
const sent = (setCookie: string, to: string, from = shop) => {
  const cookies = createCookies()
  cookies.take(from, setCookie)
  return cookies.headerFor(new URL(to))
}

it('cookies go back to the host that set them, those with its domain to all of the site, and to nobody else', () => {
  const both = 'a=1; Path=/; Expires=Wed, 21 Oct 2099 07:28:00 GMT, b="2, 3"; Domain=.shop.test; HttpOnly,c='
  expect(sent(both, 'http://www.shop.test/b')).toBe('a=1; b="2, 3"; c=')
  expect(sent(both, 'http://shop.test/')).toBe('b="2, 3"')
  expect(sent(both, 'http://other.test/')).toBeUndefined()
})

it.each([
  ['for another site', 'a=1; Domain=other.test'],
  ['for everybody', 'a=1; Domain=test'],
  ['without a name', '=1'],
  ['that is no cookie', 'nothing'],
  ['that fits no header', 'a=\u00e7\n'],
  ['as long as a page', `a=${'x'.repeat(5_000)}`],
])('a cookie %s is not taken', (_, setCookie) => {
  expect(sent(setCookie, shop.href)).toBeUndefined()
})

it('a secure cookie goes over https alone, and is taken from there alone', () => {
  expect(sent('a=1; Secure', 'https://www.shop.test/')).toBe('a=1')
  expect(sent('a=1; Secure', 'http://www.shop.test/')).toBeUndefined()
  expect(sent('a=1; Secure', 'https://www.shop.test/', new URL('http://www.shop.test/'))).toBeUndefined()
})

it('a cookie can be set anew and deleted, and there are not more than fifty', () => {
  expect(sent('a=1, a=2', shop.href)).toBe('a=2')
  expect(sent('a=1, b=2, a=; Max-Age=0', shop.href)).toBe('b=2')
  expect(sent('a=1, b=2, a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT', shop.href)).toBe('b=2')
  const many = Array.from({ length: 500 }, (_, index) => `c${index}=1`).join(', ')
  expect(sent(many, shop.href)?.split('; ')).toHaveLength(50)
})

it('a site that redirects until its cookie comes back is read, and asks for it once', async () => {
  let checks = 0
  const site = await startSite((request, response) => {
    const path = request.url ?? ''
    if (path === '/robots.txt') return void response.writeHead(404).end()
    const back = new URL(path, 'http://shop.test').searchParams.get('back')
    if (back) {
      checks += 1
      return void response.writeHead(302, { location: back, 'set-cookie': ['z=0; Path=/', 'seen=1; Path=/'] }).end()
    }
    if (!request.headers.cookie?.includes('seen=1'))
      return void response.writeHead(302, { location: `/check?back=${path}` }).end()
    pages({
      '/': article('Início') + menu('/sobre', '/contato'),
      '/sobre': article('Sobre'),
      '/contato': article('Contato'),
    })(request, response)
  })
  const reading = await readerOn(site.port).readSite('http://shop.test', crawl)
  expect(pathsOf(reading.pages).toSorted()).toEqual(['/', '/contato', '/sobre'])
  expect([reading.skipped, checks]).toEqual([[], 1])
})

it('a site that sets a cookie and sends whoever asks back to the same address is read', async () => {
  const site = await startSite((request, response) => {
    if (request.url !== '/') response.writeHead(404).end()
    else if (request.headers.cookie) pages({ '/': article('Início') })(request, response)
    else response.writeHead(302, { location: '/', 'set-cookie': 'a=1' }).end()
  })
  expect((await readerOn(site.port).readSite('http://shop.test', crawl)).pages).toHaveLength(1)
})

it('a page that sets cookies without a redirect gets none back', async () => {
  const cookies = new Set<string | undefined>()
  const site = await startSite((request, response) => {
    cookies.add(request.headers.cookie)
    response.writeHead(request.url === '/' ? 200 : 404, { 'content-type': 'text/html', 'set-cookie': 'visitor=1' })
    response.end(article('Início') + menu('/sobre'))
  })
  await readerOn(site.port).readSite('http://shop.test', crawl)
  expect([...cookies]).toEqual([undefined])
})
