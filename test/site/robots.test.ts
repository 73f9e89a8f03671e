import { describe, expect, it } from 'vitest'
import { createRobots, type RobotsOptions } from '../../src/site/robots.ts'
import { reach, startSite } from './loopback-site.ts'

/** The rules of a host whose /robots.txt has this status and text. */
async function robotsOf(status: number, text: string, cache: RobotsOptions['cache'] = {}) {
  const site = await startSite((_, response) => {
    response.writeHead(status, { 'content-type': 'text/plain' }).end(text)
  })
  const robots = createRobots({ fetchPage: reach(site.port).fetchPage, userAgentToken: 'SondaBot', cache })
  return { robots, site, rules: await robots.rulesFor('http://shop.test/any?page') }
}

describe('what robots.txt says', () => {
  it('counts for the group that names us, or else for everyone', async () => {
    const text =
      'User-agent: *\nDisallow: /\n\nUser-agent: sondabot\nUser-agent: other\nDisallow: /admin\nAllow: /admin/open'
    const { rules } = await robotsOf(200, text)
    expect(rules.isAllowed('http://shop.test/')).toBe(true)
    expect(rules.isAllowed('http://shop.test/admin/x')).toBe(false)
    expect(rules.isAllowed('http://shop.test/admin/open')).toBe(true)
    const { rules: others } = await robotsOf(200, 'User-agent: other\nDisallow: /\nUser-agent: *\nDisallow: /*.php$')
    expect(others.isAllowed('http://shop.test/')).toBe(true)
    expect(others.isAllowed('http://shop.test/a.php')).toBe(false)
    expect(others.isAllowed('http://shop.test/a.php?b')).toBe(true)
  })

  it('is read through a byte order mark and odd line ends', async () => {
    const { rules } = await robotsOf(200, '\uFEFFUser-agent: *\rDisallow: /private # not this\r\nCrawl-delay: 2.5')
    expect(rules.isAllowed('http://shop.test/private')).toBe(false)
    expect(rules.crawlDelayMs).toBe(2500)
  })

  it('names sitemaps, and a crawl delay only if it is a number', async () => {
    const { rules } = await robotsOf(
      200,
      'Sitemap: http://shop.test/s.xml\nSitemap: x\nUser-agent: *\nCrawl-delay: soon',
    )
    expect(rules).toMatchObject({ sitemaps: ['http://shop.test/s.xml'], crawlDelayMs: 0 })
  })

  it('is cut after 500 KiB, and what stands before counts', async () => {
    const filler = `# ${'x'.repeat(98)}\n`.repeat(5_100)
    const { rules } = await robotsOf(200, `User-agent: *\nDisallow: /early\n${filler}\n${filler}Disallow: /late`)
    expect(rules.isAllowed('http://shop.test/early')).toBe(false)
    expect(rules.isAllowed('http://shop.test/late')).toBe(true)
  })

  it('forbids too much rather than too little when a rule has more wildcards than any real one', async () => {
    const many = (rule: string) => `${rule}: /x${'*a'.repeat(30)}\n`
    const { rules } = await robotsOf(200, `User-agent: *\n${many('Disallow')}${many('Allow')}`)
    expect(rules.isAllowed(`http://shop.test/x${'ba'.repeat(30)}`)).toBe(false)
    expect(rules.isAllowed(`http://shop.test/x${'ba'.repeat(25)}`)).toBe(false)
    expect(rules.isAllowed(`http://shop.test/x${'ba'.repeat(15)}`)).toBe(true)
  })

  it('means the same path however it is escaped', async () => {
    const { rules } = await robotsOf(200, 'User-agent: *\nDisallow: /~joe/\nDisallow: /caf%c3%a9')
    expect(rules.isAllowed('http://shop.test/%7Ejoe/contato')).toBe(false)
    expect(rules.isAllowed('http://shop.test/caf%C3%A9')).toBe(false)
    expect(rules.isAllowed('http://shop.test/joe')).toBe(true)
  })

  it('is cut, not dropped, where a rule is longer than any real one', async () => {
    const { rules } = await robotsOf(200, `User-agent: *\nDisallow: /private/${'a'.repeat(2_000)}`)
    expect(rules.isAllowed(`http://shop.test/private/${'a'.repeat(1_500)}`)).toBe(false)
    expect(rules.isAllowed('http://shop.test/private/b')).toBe(true)
  })

  it('is matched in time against addresses of any length', async () => {
    const rule = `Disallow: /${'*a'.repeat(19)}${'a'.repeat(900)}b\n`
    const { rules } = await robotsOf(200, `User-agent: *\n${rule.repeat(520)}`)
    const startedAt = performance.now()
    expect(rules.isAllowed(`http://shop.test/${'a'.repeat(12_000)}`)).toBe(false)
    rules.isAllowed(`http://shop.test/${'a'.repeat(1_900)}`)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
  })

  it('is matched in time whatever its rules look like', async () => {
    const rule = `Disallow: /${'*a'.repeat(400)}b\n`
    const { rules } = await robotsOf(200, `User-agent: *\n${rule.repeat(600)}`)
    const startedAt = performance.now()
    rules.isAllowed(`http://shop.test/${'a'.repeat(950)}`)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
  })
})

describe('when robots.txt cannot be read', () => {
  it.each([400, 401, 403, 404, 410])('%i allows everything', async (status) => {
    const { rules } = await robotsOf(status, 'User-agent: *\nDisallow: /')
    expect(rules.isAllowed('http://shop.test/')).toBe(true)
  })

  it.each([500, 503])('%i allows nothing, and says why', async (status) => {
    const { rules } = await robotsOf(status, '')
    expect(rules.isAllowed('http://shop.test/')).toBe(false)
    expect(rules.failure).toMatchObject({ code: 'SITE_UNREACHABLE', message: expect.stringContaining(String(status)) })
  })

  it('a host that does not answer allows nothing', async () => {
    const robots = createRobots({ fetchPage: reach(1).fetchPage, userAgentToken: 'SondaBot' })
    const rules = await robots.rulesFor('http://nobody.test/')
    expect(rules.isAllowed('http://nobody.test/')).toBe(false)
    expect(rules.failure?.code).toBe('SITE_UNREACHABLE')
  })

  it('five redirects are followed, and the rules are those of the host that was asked', async () => {
    const site = await startSite((request, response) => {
      const hop = Number(request.url?.match(/\d/)?.[0] ?? 0)
      if (hop < 5) response.writeHead(302, { location: `http://cdn.test/${hop + 1}` }).end()
      else response.end('User-agent: *\nDisallow: /private')
    })
    const robots = createRobots({ fetchPage: reach(site.port).fetchPage, userAgentToken: 'SondaBot' })
    const rules = await robots.rulesFor('http://shop.test/')
    expect(rules.isAllowed('http://shop.test/private')).toBe(false)
    expect(rules.isAllowed('http://shop.test/')).toBe(true)
  })

  it('more than five redirects allow everything', async () => {
    const site = await startSite((_, response) => {
      response.writeHead(302, { location: '/robots.txt' }).end()
    })
    const robots = createRobots({ fetchPage: reach(site.port).fetchPage, userAgentToken: 'SondaBot' })
    expect((await robots.rulesFor('http://shop.test/')).isAllowed('http://shop.test/')).toBe(true)
  })
})

describe('how long it is kept', () => {
  it('is asked for once a day, and once by those who come together', async () => {
    let now = 0
    const { robots, site } = await robotsOf(200, '', { now: () => now })
    await Promise.all([robots.rulesFor('http://shop.test/a'), robots.rulesFor('http://shop.test/b')])
    now += 24 * 60 * 60_000 - 1
    await robots.rulesFor('http://shop.test/')
    expect(site.requests).toHaveLength(1)
    now += 1
    await Promise.all([robots.rulesFor('http://shop.test/a'), robots.rulesFor('http://shop.test/b')])
    expect(site.requests).toHaveLength(2)
  })

  it('is asked for again soon if it could not be read', async () => {
    let now = 0
    const { robots, site } = await robotsOf(503, '', { now: () => now })
    now += 60_000
    await robots.rulesFor('http://shop.test/')
    expect(site.requests).toHaveLength(2)
  })

  it.each([{ maxOrigins: 2 }, { maxBytes: 45 }])(
    'the host that was asked about longest ago is forgotten beyond %j',
    async (cache) => {
      const { robots, site } = await robotsOf(200, 'User-agent: *\nAllow:', cache)
      for (const host of ['b', 'shop', 'c', 'shop', 'b']) await robots.rulesFor(`http://${host}.test/`)
      expect(site.requests.map((request) => request.split('.')[0])).toEqual(['shop', 'b', 'c', 'b'])
    },
  )

  it("one caller's abort ends its own wait only", async () => {
    let answer = () => {}
    const site = await startSite((_, response) => {
      answer = () => response.end('User-agent: *\nDisallow: /')
    })
    const robots = createRobots({ fetchPage: reach(site.port).fetchPage, userAgentToken: 'SondaBot' })
    const controller = new AbortController()
    const aborted = robots.rulesFor('http://shop.test/', controller.signal)
    const patient = robots.rulesFor('http://shop.test/')
    await Promise.all([
      expect(aborted).rejects.toBe('enough'),
      expect
        .poll(() => site.requests)
        .toHaveLength(1)
        .then(() => controller.abort('enough')),
    ])
    answer()
    expect((await patient).isAllowed('http://shop.test/')).toBe(false)
    expect(site.requests).toHaveLength(1)
  })
})
