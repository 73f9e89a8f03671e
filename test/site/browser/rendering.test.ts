import { expect, it } from 'vitest'
import { until } from '../../support/poll.ts'
import { describeBrowser, html, listenOn, openBrowser, serve, userAgent } from './browser-under-test.ts'

const filler = 'Fabricamos panelas de barro desde 1962, no mesmo endereço e com a mesma família. '

describeBrowser('a rendered page', () => {
  it('has the text that its scripts write, whatever robots.txt says of scripts', async () => {
    const site = await listenOn('127.0.0.1', 0, (request, response) => {
      if (request.url === '/api') {
        setTimeout(() => response.end('11.222.333/0001-81'), 700)
        return
      }
      serve({
        '/robots.txt': 'User-agent: *\nDisallow: /*.js',
        '/': html('<div id="root">Carregando</div><script src="/app.js"></script><img src="/logo.png">'),
        '/app.js': `fetch('/api').then((r) => r.text()).then((cnpj) => {
          document.getElementById('root').innerHTML = '<p>${filler}</p><footer>CNPJ ' + cnpj + '</footer>'
        })`,
      })(request, response)
    })
    const { render } = await openBrowser(site.port)
    const page = await render('http://loja.test/')
    expect(page.url).toBe('http://loja.test/')
    expect(page.html).toContain('CNPJ 11.222.333/0001-81')
    expect(page.html).not.toContain('Carregando')
    expect(site.requests).not.toContain('loja.test/logo.png')
  })

  it('contains open shadow roots and frames of its own site, and no frame of another', async () => {
    const site = await listenOn('127.0.0.1', 0, (request, response) => {
      const { host } = request.headers
      const frame = host === 'alheio.test' ? 'quadro alheio' : 'quadro <b>próprio</b>'
      serve({
        '/': html(`${filler}<x-card data-a="&quot;&amp;">luz</x-card>
          <iframe src="/frame"></iframe><iframe src="http://alheio.test/frame"></iframe>
          <script>
            const root = document.querySelector('x-card').attachShadow({ mode: 'open' })
            root.innerHTML = '<p>sombra &amp; <x-inner></x-inner></p><slot></slot>'
            root.querySelector('x-inner').attachShadow({ mode: 'open' }).innerHTML = '<i>funda</i>'
            document.documentElement.toString = Array.prototype.join = String.prototype.slice = () => 'mentira'
          </script>`),
        '/frame': html(frame),
      })(request, response)
    })
    const { render } = await openBrowser(site.port)
    const page = await render('http://loja.test/')
    expect(page.html).toContain(
      '<x-card data-a="&quot;&amp;"><p>sombra &amp; <x-inner><i>funda</i></x-inner></p><slot></slot>luz</x-card>',
    )
    expect(page.html).toContain('quadro <b>próprio</b>')
    expect(page.html).not.toContain('quadro alheio')
  })

  it('holds no document that may not be opened, and no frame that is made to take for ever', async () => {
    const hostile = `document.documentElement.insertBefore(document.createComment('<body'.repeat(1100000)), document.head)`
    const site = await listenOn(
      '127.0.0.1',
      0,
      serve({
        '/': html(`${filler}<iframe src="/privado"></iframe><iframe src="/lento"></iframe>`),
        '/privado': html('quadro proibido'),
        '/lento': html(`<script>${hostile}</script>`),
      }),
    )
    const { browser } = await openBrowser(site.port)
    const { signal } = new AbortController()
    const mayOpen = async (url: string) => !url.includes('/privado')
    const page = await browser.render('http://loja.test/', { signal, mayOpen })
    expect(page.html).toContain(filler.trim())
    expect(page.html).not.toContain('quadro proibido')
    expect(site.requests).not.toContain('loja.test/privado')
  })

  it('is where its scripts led, and says who asks', async () => {
    const agents = new Set<string | undefined>()
    const site = await listenOn('127.0.0.1', 0, (request, response) => {
      agents.add(request.headers['user-agent'])
      expect(request.headers).not.toHaveProperty('proxy-authorization')
      serve({
        '/': html('<script>setTimeout(() => { location.href = "/casa" }, 50)</script>'),
        '/casa': html(filler),
      })(request, response)
    })
    const { render } = await openBrowser(site.port)
    expect(await render('http://loja.test/')).toMatchObject({ url: 'http://loja.test/casa' })
    expect([...agents]).toEqual([userAgent])
  })

  it('is bounded in size', async () => {
    const site = await listenOn(
      '127.0.0.1',
      0,
      serve({ '/': html(`${filler}<script>document.body.append('x'.repeat(9_000_000))</script>`) }),
    )
    const { render } = await openBrowser(site.port)
    const page = await render('http://loja.test/')
    expect(page.html.length).toBe(5 * 1024 * 1024)
  })

  it('that does not load is a failure that says why', async () => {
    const site = await listenOn('127.0.0.1', 0, (request, response) => {
      if (request.url === '/loop') return void response.writeHead(302, { location: '/loop' }).end()
      if (request.url === '/pdf') return void response.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF')
      if (request.url === '/arquivo') {
        return void response.writeHead(200, { 'content-disposition': 'attachment; filename=a.exe' }).end('MZ')
      }
      if (request.url === '/corta') return void request.socket.destroy()
      serve({})(request, response)
    })
    const { render } = await openBrowser(site.port)
    const codeOf = (url: string) => render(url).then(String, (error) => error.code)
    expect(await codeOf('http://loja.test/nada')).toBe('SITE_REFUSED')
    expect(await codeOf('http://loja.test/loop')).toBe('SITE_TOO_MANY_REDIRECTS')
    expect(await codeOf('http://loja.test/pdf')).toBe('SITE_NOT_HTML')
    expect(await codeOf('http://loja.test/arquivo')).toBe('SITE_NOT_HTML')
    expect(await codeOf('http://loja.test/corta')).toBe('SITE_UNREACHABLE')
    expect(await codeOf('http://sem-dns.example/')).toBe('SITE_BLOCKED')
  })

  it('that is no longer wanted ends with the reason, under way or in the queue', async () => {
    const site = await listenOn('127.0.0.1', 0, () => {})
    const { render } = await openBrowser(site.port)
    const reason = new Error('enough')
    const stop = new AbortController()
    const pages = [1, 2, 3].map((n) => render(`http://loja.test/${n}`, stop.signal).catch((error) => error))
    await until('two pages are under way', () => site.requests.length === 2)
    stop.abort(reason)
    expect(await Promise.all(pages)).toEqual([reason, reason, reason])
    expect(site.requests).toHaveLength(2)
  })
})
