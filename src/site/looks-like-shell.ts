import type { PageExtract } from '../extract/extract-page.ts'

// A page of its own words has more than this; a shell has a title, "Carregando…", perhaps a notice on cookies.
const littleText = 200
/** With a sign that only a shell bears, so much text may be a notice on cookies and a footer. */
const someText = 600
const muchScript = 3_000
const manyScriptFiles = 3

// Each pattern is bounded: a hostile page of megabytes must not make a scan quadratic.
const maxHtmlLength = 300_000
const manyNoscripts = 20
const scriptTag = /<script\b([^<>]{0,1000})>/gi
const noscript = /<noscript\b[^<>]{0,200}>/gi
const maxNoscriptLength = 2_000
const asksForScript = /java\s?script/i
/** Where the common libraries put the page, still empty. */
const emptyMountPoint =
  /<(?:div|main|section|body)\b[^<>]{0,300}\bid\s*=\s*["']?(?:root|app|__next|__nuxt|___gatsby|svelte|react-root|vue-app|main-app|app-root|application|q-app|mount)["']?[^<>]{0,300}>\s{0,200}(?:<!--[^>]{0,100}-->\s{0,200})?<\/|<app-root\b[^<>]{0,300}>\s{0,200}<\//i
const leadsElsewhere = /\blocation(?:\.href)?\s*=[^=]|\blocation\.(?:replace|assign)\s*\(/
const dataType = /\btype\s*=\s*["']?(?:application\/(?:ld\+)?json|text\/(?:template|html|x-))/i

/**
 * Whether a page says little because its scripts have not run: little text, and scripts enough to write it, an empty
 * mount point, or a `<noscript>` that asks for JavaScript. A frameset is none: what it says stands in its frames.
 */
export function looksLikeShell(html: string, { text, frames }: Pick<PageExtract, 'text' | 'frames'>): boolean {
  if (text.length >= someText) return false
  const head = html.slice(0, maxHtmlLength)
  if (/<frameset\b/i.test(head)) return false

  const scripts = scriptsOf(head)
  if (scripts.files === 0 && scripts.inlineLength === 0) return false
  const hasSign = emptyMountPoint.test(head) || asksForJavaScript(head)
  if (hasSign) return true
  if (text.length >= littleText || frames.length > 0) return false
  return scripts.isLeadingElsewhere || scripts.inlineLength >= muchScript || scripts.files >= manyScriptFiles
}

function asksForJavaScript(html: string): boolean {
  let count = 0
  for (const tag of html.matchAll(noscript)) {
    const start = tag.index + tag[0].length
    const [inner = ''] = html.slice(start, start + maxNoscriptLength).split(/<\/noscript/i, 1)
    if (asksForScript.test(inner)) return true
    count += 1
    if (count >= manyNoscripts) break
  }
  return false
}

function scriptsOf(html: string): { files: number; inlineLength: number; isLeadingElsewhere: boolean } {
  let files = 0
  let inlineLength = 0
  let isLeadingElsewhere = false
  let from = 0
  for (const tag of html.matchAll(scriptTag)) {
    if (tag.index < from) continue
    const attributes = tag[1]!
    const start = tag.index + tag[0].length
    const end = html.indexOf('</script', start)
    const inline = html.slice(start, end < 0 ? undefined : end)
    from = end < 0 ? html.length : end
    if (dataType.test(attributes)) continue
    if (/\bsrc\s*=/i.test(attributes)) files += 1
    inlineLength += inline.trim().length
    if (leadsElsewhere.test(inline.slice(0, muchScript))) isLeadingElsewhere = true
  }
  return { files, inlineLength, isLeadingElsewhere }
}
