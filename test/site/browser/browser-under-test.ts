import type { LookupAddress } from 'node:dns'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { describe, onTestFinished } from 'vitest'
import { type BrowserOptions, createBrowser } from '../../../src/site/browser/browser.ts'
import { type Chromium, findChromium, machineChromium } from '../../../src/site/browser/find-chromium.ts'
import { packagedChromium } from '../../../src/site/browser/packaged-chromium.ts'
import { createEgress, type EgressOptions } from '../../../src/site/fetch/egress.ts'

export const userAgent = 'Mozilla/5.0 (compatible; SondaBot/1.0)'
const hasPackaged = process.platform === 'linux' && process.arch === 'x64'
const isPossible = hasPackaged || machineChromium(process.env.PATH) !== undefined
if (!isPossible) console.warn('No browser tests: Chromium is not installed, and none is packaged for this platform.')

/** Tests that need a browser. On linux x64 a dependency brings one, so there they fail without. */
export const describeBrowser = isPossible ? describe : describe.skip

/** The same one everywhere: CHROMIUM_PATH, else the packaged one, else the machine's. */
export const testChromium = (): Promise<Chromium> =>
  process.env.CHROMIUM_PATH || !hasPackaged
    ? findChromium(process.env.CHROMIUM_PATH, process.env.PATH)
    : packagedChromium()

export type World = Partial<BrowserOptions & Omit<EgressOptions, 'connectTo'>> & {
  /** Names besides `*.test`, and the addresses that the DNS answers for them, in turn; the last one stays. */
  names?: Record<string, string[]>
}

/** A browser that finds every `*.test` on this port of 127.0.0.1, the only private address that it may reach. */
export async function openBrowser(port: number, { names = {}, ...options }: World = {}) {
  const answers = new Map(Object.entries(names).map(([name, list]) => [name, [...list]]))
  const egress = createEgress({
    allowCidrs: ['127.0.0.1/32'],
    connectTo: [
      { host: '*.test', address: '127.0.0.1', port },
      ...Object.keys(names).map((name) => ({ host: name, address: `dns-of-${name}`, port })),
    ],
    resolve: async (host): Promise<LookupAddress[]> => {
      const list = answers.get(host.replace('dns-of-', '')) ?? []
      const address = list.length > 1 ? list.shift() : list[0]
      return address ? [{ address, family: 4 }] : []
    },
    ...options,
  })
  const { path } = await testChromium()
  const browser = createBrowser({ egress, executablePath: path, userAgent, memoryLimitMb: 2_000, ...options })
  onTestFinished(async () => {
    await browser.close()
    await egress.close()
  })
  const render = (url: string, signal = new AbortController().signal) => browser.render(url, { signal })
  return { browser, egress, render }
}

/** A web server until the test ends, on this address and port; `hits` are its connections, `requests` what was asked. */
export async function listenOn(address: string, port: number, handler: RequestListener) {
  const world = { port: 0, hits: 0, requests: [] as string[] }
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    world.requests.push(`${request.headers.host}${request.url}`)
    handler(request, response)
  })
  server.on('connection', (socket) => {
    world.hits++
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((done, fail) => server.once('error', fail).listen(port, address, done))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((done) => server.close(done))
  })
  world.port = (server.address() as AddressInfo).port
  return world
}

export const html = (body: string) => `<!doctype html><html><head><title>t</title></head><body>${body}</body></html>`

/** Serves pages by path, as HTML, scripts where the path ends in .js; anything else is 404. */
export const serve =
  (byPath: Record<string, string>): RequestListener =>
  (request, response) => {
    const path = request.url ?? ''
    const body = byPath[path]
    const type = path.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8'
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type })
    response.end(body ?? 'not found')
  }
