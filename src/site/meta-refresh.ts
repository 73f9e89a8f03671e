const tag = /<meta\b[^>]{0,200}http-equiv\s*=\s*["']?refresh\b[^>]{0,2000}>/i
const target = /url\s*=\s*['"]?([^'">]+)/i

// A refresh stands in the head, and a scan of a page of megabytes would cost more than it finds.
const maxHeadLength = 20_000

/** Where a page sends its readers with `<meta http-equiv="refresh">`, absolute; old sites' first pages do. */
export function metaRefreshUrl(html: string, url: string): string | undefined {
  // What stands in a comment does nothing; in a `<noscript>`, nothing for us, who can run scripts.
  const head = without(without(html.slice(0, maxHeadLength), '<!--', '-->'), '<noscript', '</noscript>')
  const content = target.exec(tag.exec(head)?.[0] ?? '')?.[1]
  return content ? URL.parse(content.trim().replaceAll('&amp;', '&'), url)?.href : undefined
}

/** The same of a `Refresh` header, which no standard has and every browser obeys. */
export function headerRefreshUrl(header: string | undefined, url: string): string | undefined {
  const content = target.exec(header ?? '')?.[1]
  return content ? URL.parse(content.trim(), url)?.href : undefined
}

/** A text without what stands between two marks, to its end where the second is missing. */
function without(text: string, open: string, close: string): string {
  const lower = text.toLowerCase()
  const kept: string[] = []
  let from = 0
  for (;;) {
    const start = lower.indexOf(open, from)
    kept.push(text.slice(from, start === -1 ? undefined : start))
    const end = start === -1 ? -1 : lower.indexOf(close, start + open.length)
    if (end === -1) return kept.join('')
    from = end + close.length
  }
}
