import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, onTestFinished } from 'vitest'
import { isRunning } from '../../../src/db/running-process.ts'
import { createBrowser, type PageBrowser } from '../../../src/site/browser/browser.ts'
import { memoryOfGroupMb } from '../../../src/site/browser/process-group.ts'
import { createEgress } from '../../../src/site/fetch/egress.ts'
import { until } from '../../support/poll.ts'
import { killAll, startScript } from '../../support/processes.ts'
import { describeBrowser, html, listenOn, openBrowser, serve, testChromium, userAgent } from './browser-under-test.ts'

afterAll(killAll)

const page = html('Uma página comum, com texto bastante para que não se espere mais nada dela. '.repeat(2))
describeBrowser('the browser', () => {
  it('starts with the first page, once for all who come meanwhile, and leaves no process when closed', async () => {
    const site = await listenOn('127.0.0.1', 0, serve({ '/': page }))
    const { browser, render } = await openBrowser(site.port)
    expect(browser.pids()).toEqual([])
    await Promise.all([render('http://a.test/'), render('http://b.test/'), render('http://c.test/')])
    const pids = browser.pids()
    expect(pids.length).toBeGreaterThan(1)
    await browser.close()
    await until('all of its processes have ended', () => !pids.some(isRunning))
    await expect(render('http://a.test/')).rejects.toMatchObject({ code: 'BROWSER_UNAVAILABLE' })
  })

  it('is replaced after so many pages, and never stands beside its successor', async () => {
    const site = await listenOn('127.0.0.1', 0, serve({ '/': page }))
    const { browser, render } = await openBrowser(site.port, { pagesPerBrowser: 2 })
    const mains = new Set<number>()
    const seen: number[][] = []
    for (let round = 0; round < 3; round++) {
      await Promise.all([render('http://a.test/'), render('http://b.test/')])
      const pids = browser.pids()
      mains.add(Math.min(...pids))
      for (const earlier of seen) expect(earlier.filter(isRunning)).toEqual([])
      seen.push(pids)
    }
    expect(mains.size).toBe(3)
  })

  it('is replaced when its memory grows past its share', async () => {
    let pids: number[] = []
    let usedMb = 0
    const site = await listenOn('127.0.0.1', 0, (request, response) => {
      pids = browsers.at(-1)!.pids()
      usedMb = memoryOfGroupMb(Math.min(...pids))
      serve({ '/': page })(request, response)
    })
    const open = async (memoryLimitMb: number) => {
      const { browser, render } = await openBrowser(site.port, { memoryLimitMb })
      browsers.push(browser)
      return render
    }
    const browsers: PageBrowser[] = []
    await (await open(2_000))('http://a.test/')
    const render = await open(usedMb * 0.7)
    expect((await render('http://a.test/')).html).toContain('Uma página comum')
    const first = pids
    expect(first.length).toBeGreaterThan(1)
    expect((await render('http://b.test/')).html).toContain('Uma página comum')
    expect(first.filter((pid) => pids.includes(pid) || isRunning(pid))).toEqual([])
  })

  it('that is killed under a page is started anew for it', async () => {
    let asked = 0
    const site = await listenOn('127.0.0.1', 0, (request, response) => {
      if (++asked > 1) serve({ '/': page })(request, response)
    })
    const { browser, render } = await openBrowser(site.port)
    const rendering = render('http://a.test/')
    await until('the page is asked for', () => asked === 1)
    process.kill(Math.min(...browser.pids()), 'SIGKILL')
    expect((await rendering).html).toContain('Uma página comum')
  })

  it.skipIf(process.platform === 'win32')('does not outlive a worker that is killed, nor do its files', async () => {
    const site = await listenOn('127.0.0.1', 0, serve({ '/': page }))
    const { path } = await testChromium()
    const folder = mkdtempSync(join(tmpdir(), 'sonda-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const worker = startScript('test/site/browser/rendering-process.ts', [String(site.port), path], { TMPDIR: folder })
    const line = await until('the worker has rendered', () => worker.lines[0])
    const pids = line.pids as number[]
    expect(pids.length).toBeGreaterThan(1)
    expect(isRunning(Math.min(...pids))).toBe(true)
    expect(readdirSync(folder)).not.toEqual([])
    worker.process.kill('SIGKILL')
    await until('all of its processes have ended', () => !pids.some(isRunning), 5_000)
    await until('its files are gone', () => readdirSync(folder).length === 0, 5_000)
  })
})

it('says what to do where there is none', async () => {
  const egress = createEgress({ allowCidrs: [], connectTo: [] })
  onTestFinished(() => egress.close())
  const options = { egress, userAgent, memoryLimitMb: 500 }
  const missing = createBrowser({ ...options, executablePath: '/nonexistent/chromium' })
  onTestFinished(() => missing.close())
  const render = (browser: typeof missing) =>
    browser.render('http://example.com/', { signal: new AbortController().signal })
  await expect(render(missing)).rejects.toMatchObject({
    code: 'BROWSER_UNAVAILABLE',
    message: expect.stringContaining('CHROMIUM_PATH=/nonexistent/chromium is not a program'),
  })
  const broken = createBrowser({ ...options, executablePath: process.execPath })
  onTestFinished(() => broken.close())
  await expect(render(broken)).rejects.toMatchObject({ code: 'BROWSER_UNAVAILABLE' })
  const remote = createBrowser({ ...options, wsUrl: 'ws://127.0.0.1:1/?token=secret' })
  onTestFinished(() => remote.close())
  const error = await render(remote).catch((failure) => failure)
  expect(error).toMatchObject({ code: 'BROWSER_UNAVAILABLE', message: expect.stringContaining('BROWSER_WS_URL') })
  expect(error.message).not.toContain('secret')
})
