import { Parser } from 'htmlparser2'
import { cloudflareEmail, mailtoAddresses, telNumber, whatsappNumber } from './contact-links.ts'
import { inCreditLine } from './credit-line.ts'
import { parseJsonLd } from './json-ld.ts'
import { createTextWriter, type TextMark } from './text-writer.ts'

export type PageLink = {
  /** Absolute, http or https. */
  url: string
  text: string
  rel?: string
  /** Set when the link stands in a credit ("Desenvolvido por …"). */
  credit?: true
}

export type PageExtract = {
  url: string
  title: string | null
  description: string | null
  siteName: string | null
  language: string | null
  canonical: string | null
  /** By lower-case name or property; the first of several wins. */
  metadata: Record<string, string>
  links: PageLink[]
  /** Absolute addresses of frames. */
  frames: string[]
  /** What `tel:` links dial, as written. Those of a credit are left out, here and in the next two. */
  telephones: string[]
  /** The addresses that `mailto:` links write to. */
  mailtos: string[]
  /** The links that open a WhatsApp chat with a number, as written. */
  whatsapps: string[]
  jsonLd: unknown[]
  /** Light Markdown: headings, list items, `a | b` table rows, paragraphs. */
  text: string
}

type Attributes = Record<string, string>

const voids = new Set(
  'area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr'.split(
    ' ',
  ),
)
const lineBlocks = new Set('caption dd div dt fieldset figcaption legend summary'.split(' '))
const paragraphBlocks = new Set(
  `address article aside blockquote body center details dialog dl figure footer form header hr main nav ol p pre section
  table tbody tfoot thead ul`.split(/\s+/),
)
const inert = new Set('noscript template svg select datalist canvas audio video'.split(' '))
const rawText = new Set('script style textarea iframe xmp noembed noframes plaintext'.split(' '))
const optionalEnd = new Set('p li dt dd td th tr thead tbody tfoot option optgroup rt rp colgroup'.split(' '))
// No page made for people nests as deep; each further level makes every closing tag dearer to match.
const deepest = 2000
const icons = new Set(['img', 'input', 'button'])

/**
 * What a page says, in one pass over its HTML. What a reader does not see (scripts, comments, hidden elements) is left
 * out of the text, but footers, where the CNPJ and the telephone are, stay; so do the links of hidden menus.
 * `url` is the page's own address, which relative links are resolved against unless `<base>` says otherwise.
 */
export function extractPage(html: string, url: string): PageExtract {
  const writer = createTextWriter()
  const metadata = new Map<string, string>()
  const links: PageLink[] = []
  const frames = new Set<string>()
  const telephones = new Set<string>()
  const mailtos = new Set<string>()
  const whatsapps = new Set<string>()
  const jsonLd: unknown[] = []
  let base = url
  let baseGiven = false
  let title: string | null = null
  let language: string | null = null
  let canonical: string | null = null

  let depth = 0
  let hidden: { depth: number; mark: TextMark; inert: boolean } | undefined
  let raw: 'title' | 'json_ld' | 'dropped' | undefined
  let rawPieces = ''
  let link: (PageLink & { label: string }) | undefined
  // `</b><b>` with nothing between: drawn apart by the style sheet more often than one word.
  let closedJustNow = false

  const absolute = (href: string | undefined): string | undefined => {
    const found = href === undefined ? null : URL.parse(href.trim(), base)
    return found && /^https?:$/.test(found.protocol) ? found.href : undefined
  }

  function closeLink(): void {
    if (!link) return
    const { label, text, ...rest } = link
    links.push({ ...rest, text: fold(text) || fold(label) })
    link = undefined
  }

  function openLink(name: string, attributes: Attributes): void {
    closeLink()
    const href = attributes.href?.trim()
    if (!href) return
    const tail = writer.tail(200)
    const credit = inCreditLine(tail, tail.length)
    if (!credit) {
      if (/^mailto:/i.test(href)) for (const each of mailtoAddresses(href)) mailtos.add(each)
      else if (/^(?:tel|callto):/i.test(href)) telephones.add(telNumber(href))
      else if (/whatsapp|wa\.me/i.test(href) && whatsappNumber(absolute(href) ?? href)) whatsapps.add(href)
    }
    const target = absolute(href)
    if (!target) return
    const label = attributes['aria-label'] ?? attributes.title ?? attributes.alt ?? ''
    link = { url: target, text: '', label, ...(attributes.rel && { rel: attributes.rel }), ...(credit && { credit }) }
    if (name === 'area') closeLink()
  }

  function readMeta(attributes: Attributes): void {
    const key = (attributes.property ?? attributes.name ?? attributes.itemprop)?.trim().toLowerCase()
    const content = fold(attributes.content ?? '')
    if (key && content && !metadata.has(key)) metadata.set(key, content)
  }

  function openElement(name: string, attributes: Attributes): void {
    if (name === 'title') {
      if (!hidden && title === null) raw = 'title'
      else raw = 'dropped'
    } else if (rawText.has(name)) {
      raw = name === 'script' && /^application\/ld\+json/i.test(attributes.type?.trim() ?? '') ? 'json_ld' : 'dropped'
      if (name === 'iframe') addFrame(attributes.src)
    } else if (name === 'meta') readMeta(attributes)
    else if (name === 'html') language ??= attributes.lang?.trim() || attributes['xml:lang']?.trim() || null
    else if (name === 'base' && !baseGiven && attributes.href) {
      base = URL.parse(attributes.href, url)?.href ?? base
      baseGiven = true
    } else if (name === 'link' && /(?:^|\s)canonical(?:\s|$)/i.test(attributes.rel ?? '')) {
      canonical ??= absolute(attributes.href) ?? null
    } else if (name === 'frame') addFrame(attributes.src)
    else if ((name === 'a' || name === 'area') && !hidden?.inert) openLink(name, attributes)
    else if (name === 'img' && link && !link.label) link.label = attributes.alt ?? ''
  }

  function addFrame(source: string | undefined): void {
    const frame = source?.trim() ? absolute(source) : undefined
    if (frame && !hidden?.inert) frames.add(frame)
  }

  function openText(name: string): void {
    if (name === 'br') writer.breakTo('line')
    else if (/^h[1-6]$/.test(name)) writer.openHeading(Number(name[1]))
    else if (name === 'li') writer.openItem()
    else if (name === 'tr') writer.openRow()
    else if (name === 'td' || name === 'th') writer.openCell()
    else if (paragraphBlocks.has(name)) writer.breakTo('paragraph')
    else if (lineBlocks.has(name)) writer.breakTo('line')
    else if (closedJustNow || icons.has(name)) writer.space()
  }

  function closeText(name: string): void {
    if (/^h[1-6]$/.test(name)) writer.closeHeading()
    else if (name === 'li') writer.closeItem()
    else if (name === 'tr') writer.closeRow()
    else if (paragraphBlocks.has(name)) writer.breakTo('paragraph')
    else if (lineBlocks.has(name)) writer.breakTo('line')
  }

  const parser = new Parser({
    onopentag(name, attributes) {
      openText(name)
      closedJustNow = false
      openElement(name, attributes)
      if (voids.has(name)) return
      depth++
      if (depth > deepest) parser.pause()
      if (hidden) return
      if (inert.has(name) || isHidden(name, attributes)) {
        hidden = { depth, mark: writer.mark(), inert: inert.has(name) }
        return
      }
      const email = cloudflareEmail(attributes['data-cfemail'] ?? '')
      if (email) {
        mailtos.add(email)
        writer.write(email)
        hidden = { depth, mark: writer.mark(), inert: false }
      }
    },
    ontext(piece) {
      closedJustNow = false
      if (raw === 'title' || raw === 'json_ld') rawPieces += piece
      if (raw) return
      if (link) link.text += piece
      writer.write(piece)
    },
    onclosetag(name, isImplied) {
      if (voids.has(name)) return
      if (raw === 'title') title = fold(rawPieces) || null
      else if (raw === 'json_ld') jsonLd.push(...parseJsonLd(rawPieces))
      raw = undefined
      rawPieces = ''
      if (name === 'a') closeLink()
      closeText(name)
      if (hidden?.depth === depth) {
        // A hidden element that nothing closes would take the rest of the page with it.
        if (!isImplied || optionalEnd.has(name)) writer.rewind(hidden.mark)
        hidden = undefined
      }
      depth--
      closedJustNow = true
    },
  })
  parser.end(html.replaceAll('\0', '').toWellFormed())
  closeLink()

  return {
    url,
    title: title ?? metadata.get('og:title') ?? null,
    description: metadata.get('description') ?? metadata.get('og:description') ?? null,
    siteName: metadata.get('og:site_name') ?? metadata.get('application-name') ?? null,
    language,
    canonical,
    metadata: Object.fromEntries(metadata),
    links,
    frames: [...frames],
    telephones: [...telephones],
    mailtos: [...mailtos],
    whatsapps: [...whatsapps],
    jsonLd,
    text: writer.finish(),
  }
}

const fold = (text: string): string => text.replace(/\s+/g, ' ').trim()

// A page hidden as a whole shows itself once its script has run.
function isHidden(name: string, attributes: Attributes): boolean {
  if (name === 'html' || name === 'body') return false
  if (attributes.hidden !== undefined && attributes.hidden !== 'until-found') return true
  if (attributes['aria-hidden']?.trim().toLowerCase() === 'true') return true
  return attributes.style !== undefined && /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attributes.style)
}
