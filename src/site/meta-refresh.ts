const tag = /<meta\b[^>]{0,200}http-equiv\s*=\s*["']?refresh\b[^>]{0,2000}>/i
const target = /url\s*=\s*['"]?([^'">]+)/i

// A refresh stands in the head, and a scan of a page of megabytes would cost more than it finds.
const maxHeadLength = 20_000

/** Where a page sends its readers with `<meta http-equiv="refresh">`, absolute; old sites' first pages do. */
export function metaRefreshUrl(html: string, url: string): string | undefined {
  const content = target.exec(tag.exec(html.slice(0, maxHeadLength))?.[0] ?? '')?.[1]
  return content ? URL.parse(content.trim().replaceAll('&amp;', '&'), url)?.href : undefined
}
