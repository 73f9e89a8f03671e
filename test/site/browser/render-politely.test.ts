import type { RequestListener } from 'node:http'
import { expect, it } from 'vitest'
import { createFetcher } from '../../../src/site/fetch/fetch-page.ts'
import { createHostLimit } from '../../../src/site/fetch/host-limit.ts'
import { renderPolitely } from '../../../src/site/render-politely.ts'
import { createRobots, robotsGate } from '../../../src/site/robots.ts'
import { describeBrowser, html, listenOn, openBrowser, userAgent } from './browser-under-test.ts'

const { signal } = new AbortController()

/** A fetcher and a browser that share one limit, as src/main/site.ts builds them. */
async function politeWorld(handler: RequestListener) {
  const site = await listenOn('127.0.0.1', 0, handler)
  const { egress, browser } = await openBrowser(site.port)
  const hostLimit = createHostLimit()
  const fetchPage = createFetcher({ egress, hostLimit, userAgent })
  const robots = createRobots({ fetchPage, userAgentToken: 'SondaBot' })
  const render = renderPolitely(browser.render, { hostLimit, robots })
  return {
    fetch: (url: string) => fetchPage(url, { signal, beforeRequest: robotsGate(robots, { signal }) }),
    render: (url: string) => render(url, { signal }),
  }
}

describeBrowser('pages that are fetched and pages that are rendered share what a host allows', () => {
  it('its crawl delay lies between the starts of any two', async () => {
    const startedMs: number[] = []
    const { fetch, render } = await politeWorld((request, response) => {
      if (request.url === '/robots.txt') return void response.end('User-agent: *\nCrawl-delay: 0.7')
      if (request.headers.host !== 'outra.test') startedMs.push(performance.now())
      response.writeHead(200, { 'content-type': 'text/html' }).end(html('Panelas de barro'))
    })
    // The browser takes longer to start than the delay is.
    await render('http://outra.test/')
    await fetch('http://loja.test/a')
    await Promise.all([render('http://www.loja.test/b'), fetch('http://loja.test/c')])
    // A page arrives when its turn has come, or later: so many delays after the first one, at the least.
    const sinceFirstMs = startedMs.map((at) => at - startedMs[0]!)
    expect(sinceFirstMs).toHaveLength(3)
    for (const [index, ms] of sinceFirstMs.entries()) expect(ms).toBeGreaterThan(index * 700 - 200)
  })

  it('no more than two are under way at once', async () => {
    let running = 0
    let most = 0
    const { fetch, render } = await politeWorld((request, response) => {
      if (request.url === '/robots.txt') return void response.writeHead(404).end()
      running += 1
      most = Math.max(most, running)
      setTimeout(() => {
        running -= 1
        response.writeHead(200, { 'content-type': 'text/html' }).end(html('Panelas de barro'))
      }, 400)
    })
    await render('http://loja.test/')
    const rendered = ['/a', '/b'].map((path) => render(`http://loja.test${path}`))
    const fetched = ['/c', '/d', '/e', '/f', '/g', '/h'].map((path) => fetch(`http://loja.test${path}`))
    await Promise.all([...rendered, ...fetched])
    expect(most).toBe(2)
  })
})
