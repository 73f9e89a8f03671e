// Serves the sites to all contenders, in a process of its own: by name (`s7.test`) or by loopback address (127.1.0.7).

import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import { companySites } from './sites.mjs'

process.on('message', ({ distinctSites }) => {
  const plain = companySites(distinctSites)
  const sizes = plain.flatMap((pages) => [...pages.values()].map((html) => Buffer.byteLength(html)))
  const sites = plain.map((pages) => new Map([...pages].map(([path, html]) => [path, gzipSync(html)])))

  const server = createServer((request, response) => {
    const page = sites[siteNumber(request.headers.host) % sites.length]?.get(request.url)
    response.writeHead(page ? 200 : 404, {
      'content-type': 'text/html; charset=utf-8',
      ...(page && { 'content-encoding': 'gzip', 'content-length': page.length }),
    })
    response.end(page ?? '<p>404')
  })
  // A connection that is closed just as a crawler uses it again would be the crawler's failure, and end the run.
  server.keepAliveTimeout = 60_000
  // Every address of the loopback network is wanted, and nothing of any other.
  server.on('connection', (socket) => {
    if (!socket.remoteAddress?.startsWith('127.')) socket.destroy()
  })
  server.listen(0, '0.0.0.0', () => {
    const meanBytes = sizes.reduce((sum, size) => sum + size, 0) / sizes.length
    process.send({ port: server.address().port, meanBytes })
  })
})

function siteNumber(host = '') {
  const name = /^s(\d+)\.test/.exec(host)
  if (name) return Number(name[1])
  const [, high, low] = /^127\.1\.(\d+)\.(\d+)/.exec(host) ?? []
  return Number(high) * 256 + Number(low)
}
