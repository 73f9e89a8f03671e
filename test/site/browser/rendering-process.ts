// A process that renders a page of the site on the given port, says which processes that took, and waits to be killed.
import { createBrowser } from '../../../src/site/browser/browser.ts'
import { createEgress } from '../../../src/site/fetch/egress.ts'

const [port = '', executablePath = ''] = process.argv.slice(2)
const egress = createEgress({
  allowCidrs: ['127.0.0.1/32'],
  connectTo: [{ host: '*.test', address: '127.0.0.1', port: Number(port) }],
})
const browser = createBrowser({ egress, executablePath, userAgent: 'test', memoryLimitMb: 2_000 })
await browser.render('http://loja.test/', { signal: new AbortController().signal })
console.log(JSON.stringify({ msg: 'rendered', pids: browser.pids() }))
setInterval(() => {}, 1_000)
