import { expect, it } from 'vitest'
import { article, crawl, menu, pages, pathsOf, readerOn, startSite } from './loopback-site.ts'

it('a frameset whose menu stands in a frame of a frame is read as if it were one page', async () => {
  const site = await startSite(
    pages({
      '/': '<title>Casa</title><frameset cols="20%,80%"><frame src="lado.htm"><frame src="corpo.htm"></frameset>',
      '/lado.htm': '<frameset rows="50,*"><frame src="logo.htm"><frame src="menu.htm"></frameset>',
      '/logo.htm': '<img src="logo.gif">',
      '/menu.htm': menu('/empresa.htm', '/noticias.htm', '/contato.htm'),
      '/corpo.htm': article('Bem-vindo'),
      '/empresa.htm': article('Empresa'),
      '/contato.htm': article('Contato'),
      '/noticias.htm': article('Notícias'),
    }),
  )
  const reading = await readerOn(site.port).readSite('http://shop.test', { ...crawl, maxPages: 7 })
  const read = pathsOf(reading.pages)
  expect(read.slice(0, 3).toSorted()).toEqual(['/', '/corpo.htm', '/lado.htm'])
  expect(read.slice(3, 5).toSorted()).toEqual(['/logo.htm', '/menu.htm'])
  expect(read.slice(5).toSorted()).toEqual(['/contato.htm', '/empresa.htm'])
})

it('iframes of the same site are read before links, those of other sites not at all', async () => {
  const frames = '<iframe src="/mapa-interno"></iframe><iframe src="http://videos.test/embed/1"></iframe>'
  const site = await startSite(
    pages({
      '/': article('Início') + frames + menu('/sobre', '/a', '/b'),
      '/mapa-interno': article('Onde estamos'),
      '/sobre': article('Sobre'),
    }),
  )
  const reading = await readerOn(site.port).readSite('http://shop.test', { ...crawl, maxPages: 2 })
  expect(pathsOf(reading.pages)).toEqual(['/', '/mapa-interno'])
  expect(site.requests.filter((request) => request.startsWith('videos'))).toEqual([])
})

it('frames without end leave half of the pages to the links', async () => {
  const site = await startSite((request, response) => {
    const path = request.url ?? ''
    const frames = Array.from({ length: 10 }, (_, index) => `<frame src="${path === '/' ? '' : path}/f${index}">`)
    const isFrame = /\/f\d/.test(path)
    const body = path === '/' || isFrame ? frames.join('') : article(path)
    const links = path === '/' ? menu('/sobre', '/contato', '/produtos', '/servicos', '/clientes') : ''
    response.writeHead(path === '/robots.txt' ? 404 : 200, { 'content-type': 'text/html' })
    response.end(body + links)
  })
  const reading = await readerOn(site.port).readSite('http://shop.test', { ...crawl, maxPages: 11 })
  const read = pathsOf(reading.pages)
  expect(read.filter((path) => /\/f\d/.test(path))).toHaveLength(5)
  expect(read).toEqual(expect.arrayContaining(['/sobre', '/contato', '/produtos', '/servicos', '/clientes']))
})
