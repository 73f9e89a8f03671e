import { CheerioCrawler, Configuration, LogLevel, log } from 'crawlee'
import { contend } from './contender.mjs'

/** As much at once as it can use, from the start: it would otherwise work its way up from one. */
const concurrency = { minConcurrency: 20, maxConcurrency: 200 }

contend(({ port, sites }) => {
  log.setLevel(LogLevel.ERROR)
  let pages = 0
  let textLength = 0
  const kept = []
  const crawler = new CheerioCrawler(
    {
      ...concurrency,
      maxRequestRetries: 0,
      async requestHandler({ $, request, enqueueLinks }) {
        const title = $('title').text()
        $('script, style, noscript').remove()
        const text = $('body').text()
        const links = await enqueueLinks({ strategy: 'same-hostname' })
        kept.push({ url: request.url, title, links: links.processedRequests.length })
        pages += 1
        textLength += text.length
      },
      failedRequestHandler({ request }, error) {
        throw new Error(`${request.url}: ${error.message}`)
      },
    },
    new Configuration({ persistStorage: false, purgeOnStart: false }),
  )
  const starts = Array.from({ length: sites }, (_, site) => `http://127.1.${site >> 8}.${site & 255}:${port}/`)
  return async () => {
    await crawler.run(starts)
    return { pages, textLength }
  }
})
