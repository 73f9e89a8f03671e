import { Parser } from 'htmlparser2'
import { cloudflareEmail, mailtoAddresses, telNumber, whatsappNumber } from './contact-links.ts'
import { creditReach, inCreditLine } from './credit-line.ts'
import { type HtmlElement, htmlElement, isHidden } from './html-elements.ts'
import { jsonLdReader } from './json-ld.ts'
import { beginElement, endElement } from './lay-out.ts'
import { most } from './page-limits.ts'
import { linkResolver } from './resolve-link.ts'
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

const contactLink = /^(?:mailto|tel|callto):|whatsapp|wa\.me/i
/** How far the parser goes before `most.nesting` is looked at. */
const chunkLength = 65_536

/**
 * What a page says, in one pass over its HTML. What a reader does not see (scripts, comments, hidden elements) is left
 * out of the text, but footers, where the CNPJ and the telephone are, stay; so do the links of hidden menus.
 * `url` is the page's own address, which relative links are resolved against unless `<base>` says otherwise.
 */
export function extractPage(html: string, url: string): PageExtract {
  const writer = createTextWriter(most.textLength)
  const metadata = new Map<string, string>()
  const links: PageLink[] = []
  const frames = new Set<string>()
  const telephones = new Set<string>()
  const mailtos = new Set<string>()
  const whatsapps = new Set<string>()
  const jsonLd: unknown[] = []
  let absolute = linkResolver(url)
  let baseGiven = false
  let title: string | null = null
  let language: string | null = null
  let canonical: string | null = null

  let anchors = 0
  let depth = 0
  let hidden: { depth: number; mark: TextMark; inert: boolean } | undefined
  let raw: 'title' | 'json_ld' | 'dropped' | undefined
  let rawPieces = ''
  const readJsonLd = jsonLdReader()
  let jsonLdLength = 0
  let link: { url: string; text: string; label: string; rel: string | undefined; credit: boolean } | undefined
  let closedJustNow = false

  function closeLink(): void {
    if (!link) return
    const { url, label, text, rel, credit } = link
    links.push({ url, text: fold(text) || fold(label), ...(rel && { rel }), ...(credit && { credit }) })
    link = undefined
  }

  function openLink(name: string, attributes: Attributes): void {
    closeLink()
    const href = attributes.href?.trim()
    anchors += 1
    if (!href || href.length > most.hrefLength || links.length >= most.links || anchors > most.anchors) return
    const tail = writer.tail(creditReach)
    const credit = inCreditLine(tail, tail.length)
    // One look at the commonest links by far, which lead into the site.
    const isContact = contactLink.test(href)
    if (isContact && /^mailto:/i.test(href)) {
      if (!credit) for (const each of mailtoAddresses(href)) addContact(mailtos, each)
      return
    }
    if (isContact && /^(?:tel|callto):/i.test(href)) {
      if (!credit) addContact(telephones, telNumber(href))
      return
    }
    const target = absolute(href)
    if (!credit && isContact && whatsappNumber(target ?? href)) addContact(whatsapps, href)
    if (!target) return
    const label = attributes['aria-label'] ?? attributes.title ?? attributes.alt ?? ''
    link = { url: target, text: '', label, rel: attributes.rel, credit }
    if (name === 'area') closeLink()
  }

  function readMeta(attributes: Attributes): void {
    const key = (attributes.property ?? attributes.name ?? attributes.itemprop)?.trim().toLowerCase()
    if (!key || key.length > most.metadataLength || metadata.has(key) || metadata.size >= most.metadata) return
    const content = fold((attributes.content ?? '').slice(0, most.metadataLength)).toWellFormed()
    if (content) metadata.set(key, content)
  }

  const addressIn = (attribute: string | undefined): string | undefined =>
    attribute === undefined || attribute.length > most.hrefLength ? undefined : absolute(attribute)

  function addFrame(source: string | undefined): void {
    if (hidden?.inert || !source?.trim() || frames.size >= most.frames) return
    const frame = addressIn(source)
    if (frame) frames.add(frame)
  }

  function openElement(name: string, { isRaw }: HtmlElement, attributes: Attributes): void {
    if (isRaw) {
      raw = name === 'script' && /^application\/ld\+json/i.test(attributes.type?.trim() ?? '') ? 'json_ld' : 'dropped'
      if (name === 'iframe') addFrame(attributes.src)
      return
    }
    switch (name) {
      case 'a':
      case 'area':
        if (!hidden?.inert) openLink(name, attributes)
        break
      case 'img':
        if (link && !link.label) link.label = attributes.alt ?? ''
        break
      case 'title':
        raw = !hidden && title === null ? 'title' : 'dropped'
        break
      case 'meta':
        readMeta(attributes)
        break
      case 'html':
        language ??= attributes.lang?.trim() || attributes['xml:lang']?.trim() || null
        break
      case 'base':
        if (baseGiven || !attributes.href || attributes.href.length > most.hrefLength) break
        absolute = linkResolver(URL.parse(attributes.href, url)?.href ?? url)
        baseGiven = true
        break
      case 'link':
        if (/(?:^|\s)canonical(?:\s|$)/i.test(attributes.rel ?? '')) canonical ??= addressIn(attributes.href) ?? null
        break
      case 'frame':
        addFrame(attributes.src)
    }
  }

  function closeRaw(): void {
    if (raw === 'title') title = fold(rawPieces).toWellFormed() || null
    else if (raw === 'json_ld' && rawPieces) {
      jsonLdLength += Math.max(0, most.jsonLdScript - rawPieces.length)
      for (const each of readJsonLd(rawPieces)) jsonLd.push(each)
    }
    raw = undefined
    rawPieces = ''
  }

  function readRaw(piece: string): void {
    if (raw === 'title') rawPieces += piece.slice(0, most.titleLength - rawPieces.length)
    if (raw !== 'json_ld') return
    jsonLdLength += piece.length
    // What is left of one that was cut is no JSON.
    rawPieces = jsonLdLength > most.jsonLdLength ? '' : rawPieces + piece
  }

  let deepest = 0
  const parser = new Parser({
    onopentag(name, attributes) {
      const element = htmlElement(name)
      beginElement(writer, element, closedJustNow)
      closedJustNow = false
      openElement(name, element, attributes)
      if (element.isVoid) return
      depth++
      if (depth > deepest) deepest = depth
      if (depth > most.depth) parser.pause()
      if (hidden) return
      if (element.isInert || isHidden(name, attributes)) {
        hidden = { depth, mark: writer.mark(), inert: element.isInert }
        return
      }
      const email = attributes['data-cfemail'] && cloudflareEmail(attributes['data-cfemail'])
      if (email) {
        addContact(mailtos, email)
        writer.write(email)
        hidden = { depth, mark: writer.mark(), inert: false }
      }
    },
    ontext(piece) {
      closedJustNow = false
      if (raw) {
        readRaw(piece)
        return
      }
      if (link) link.text += piece
      writer.write(piece)
    },
    onclosetag(name, isImplied) {
      const element = htmlElement(name)
      if (element.isVoid) return
      if (raw) closeRaw()
      if (name === 'a') closeLink()
      endElement(writer, element)
      if (hidden?.depth === depth) {
        // A hidden element that nothing closes would take the rest of the page with it.
        if (!isImplied || element.endsItself) writer.rewind(hidden.mark)
        hidden = undefined
      }
      depth--
      closedJustNow = true
    },
  })

  const source = html.replaceAll('\0', '').toWellFormed()
  for (let from = 0, nesting = 0; from < source.length && nesting < most.nesting; ) {
    const tag = source.indexOf('<', from + chunkLength)
    const to = tag === -1 ? source.length : tag
    deepest = depth
    parser.write(source.slice(from, to))
    nesting += (to - from) * deepest
    from = to
  }
  parser.end()
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

function addContact(contacts: Set<string>, contact: string): void {
  if (contacts.size < most.contacts) contacts.add(contact)
}

const fold = (text: string): string => text.replace(/(?! \S)\s+/g, ' ').trim()
