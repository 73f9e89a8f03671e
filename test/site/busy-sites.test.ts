import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createHostLimit } from '../../src/site/fetch/host-limit.ts'
import { article, crawl, menu, pages, pathsOf, readerOn, startSite } from './loopback-site.ts'

const paths = ['/a', '/b', '/c', '/d', '/e']
const site = pages({
  '/': article('Início') + menu(...paths),
  ...Object.fromEntries(paths.map((path) => [path, article(path)])),
})

/** Answers as the site does, but refuses the paths for as often as they are listed. */
function refusing(refusals: string[], status: number, headers: Record<string, string> = {}): RequestListener {
  const left = [...refusals]
  return (request, response) => {
    const index = left.indexOf(request.url ?? '')
    if (index < 0) return site(request, response)
    left.splice(index, 1)
    response.writeHead(status, headers).end('later')
  }
}
const quick = () => ({ hostLimit: createHostLimit({ firstBackoffMs: 30 }) })
const asked = (requests: string[], path: string) => requests.filter((each) => each === `shop.test${path}`).length

describe('a site that is asked too much', () => {
  it.each([
    [429, { 'retry-after': '1' }, 1_000],
    [429, {}, 30],
    [503, {}, 30],
  ])('with %i %j is paused for and asked again, and nothing is lost', async (status, headers, pauseMs) => {
    const { port, requests } = await startSite(refusing(['/b'], status, headers))
    const started = performance.now()
    const reading = await readerOn(port, quick()).readSite('http://shop.test', crawl)
    expect(performance.now() - started).toBeGreaterThanOrEqual(pauseMs - 1)
    expect(pathsOf(reading.pages).toSorted()).toEqual(['/', ...paths])
    expect(reading).toMatchObject({ endedBy: 'all_read', skipped: [], notes: [] })
    expect(asked(requests, '/b')).toBe(2)
  })

  it('is asked one at a time from then on', async () => {
    let running = 0
    let most = 0
    let hasRefused = false
    const { port } = await startSite((request, response) => {
      if (request.url === '/a' && !hasRefused) {
        hasRefused = true
        response.writeHead(429).end()
        return
      }
      running += 1
      if (hasRefused) most = Math.max(most, running)
      setTimeout(() => {
        running -= 1
        site(request, response)
      }, 10)
    })
    // The one that was under way when the refusal came may still run.
    const reading = await readerOn(port, { hostLimit: createHostLimit({ firstBackoffMs: 100 }) }).readSite(
      'http://shop.test',
      crawl,
    )
    expect(reading.pages).toHaveLength(6)
    expect(most).toBe(1)
  })

  it('is paused for on its first page too', async () => {
    const { port } = await startSite(refusing(['/'], 503))
    expect((await readerOn(port, quick()).readSite('http://shop.test', crawl)).pages).toHaveLength(6)
  })

  it('is asked again where a redirect led, and its page counts once', async () => {
    const busy = refusing(['/e'], 503)
    const { port } = await startSite((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: '/e' }).end()
      else busy(request, response)
    })
    const reading = await readerOn(port, quick()).readSite('http://shop.test', crawl)
    expect(pathsOf(reading.pages).toSorted()).toEqual(['/', '/b', '/c', '/d', '/e'])
    expect(reading.skipped).toEqual([])
  })

  it('for longer than there is time is left, at once, with what was read', async () => {
    const { port, requests } = await startSite(refusing(['/b', '/b'], 429, { 'retry-after': '3600' }))
    const started = performance.now()
    const reading = await readerOn(port, quick()).readSite('http://shop.test', crawl)
    expect(performance.now() - started).toBeLessThan(3_000)
    expect(reading).toMatchObject({ endedBy: 'deadline', notes: [{ code: 'SITE_BUSY', pages: 1 }] })
    expect(pathsOf(reading.pages)).toContain('/')
    expect(asked(requests, '/b')).toBe(1)
    expect(asked(requests, '/e')).toBe(0)
  })

  it('and does not recover is left after three pages', async () => {
    const always = paths.flatMap((path) => [path, path])
    const { port, requests } = await startSite(refusing(always, 429))
    const reading = await readerOn(port, quick()).readSite('http://shop.test', crawl)
    expect(pathsOf(reading.pages)).toEqual(['/'])
    expect(reading.notes).toEqual([{ code: 'SITE_BUSY', pages: expect.any(Number) }])
    expect(requests.length).toBeLessThanOrEqual(2 + 2 * 4)
  })
})
