import { Parser } from 'htmlparser2'
import { linkCollector, type PageLink } from './collect-links.ts'
import { cloudflareEmail } from './contact-links.ts'
import { findCnpjs } from './find-cnpjs.ts'
import { findEmails } from './find-emails.ts'
import { findPhones, phoneReader } from './find-phones.ts'
import { shownLine } from './fold-blanks.ts'
import { type Attributes, attributeCollector } from './html-attributes.ts'
import { type HtmlElement, htmlElement, isHidden } from './html-elements.ts'
import { beginElement, endElement } from './lay-out.ts'
import { most } from './page-limits.ts'
import { metadataCollector } from './page-metadata.ts'
import { rawTextReader } from './raw-text.ts'
import { createTextWriter, type TextMark } from './text-writer.ts'

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
  /** What `tel:` links dial, as written. Those of a credit or not shown are left out, here and in the next two. */
  telephones: string[]
  /** The addresses that `mailto:` links write to. */
  mailtos: string[]
  /** The links that open a WhatsApp chat with a number, as written. */
  whatsapps: string[]
  jsonLd: unknown[]
  /** Light Markdown: headings, list items, `a | b` table rows, paragraphs. */
  text: string
}

/** How far the parser goes before `most.nesting` is looked at. */
const chunkLength = 65_536
/** A document inside a document inside the page is read, one inside those is not. */
const deepestDocument = 2
const longestAlt = 300

/**
 * What a page says, in one pass over its HTML. What a reader does not see (scripts, comments, hidden elements) is left
 * out of the text, but footers, where the CNPJ and the telephone are, stay; so do the links of hidden menus. Documents
 * within it (`<iframe srcdoc>`, `<noframes>`) are part of it, and so is what an image's alternative text says where it
 * gives a telephone number or an e-mail address.
 * `url` is the page's own address, which relative links are resolved against unless `<base>` says otherwise.
 */
export const extractPage = (html: string, url: string): PageExtract => extractDocument(html, url, url, 0)

function extractDocument(html: string, url: string, baseUrl: string, level: number): PageExtract {
  const writer = createTextWriter(most.textLength)
  const links = linkCollector(writer, url)
  const { metadata, ...metas } = metadataCollector()
  const raw = rawTextReader()
  const frames = new Set<string>()
  let base = baseUrl
  if (base !== url) links.setBase(base)
  let baseGiven = false
  let title: string | null = null
  let language: string | null = null
  let canonical: string | null = null

  let depth = 0
  let hidden: { depth: number; mark: TextMark; inert: boolean } | undefined
  const readPhone = phoneReader()
  let documents = 0
  let closedJustNow = false

  function addFrame(source: string | undefined): void {
    if (hidden?.inert || !source?.trim() || frames.size >= most.frames) return
    const frame = links.absolute(source)
    if (frame) frames.add(frame)
  }

  /** What a document within the page says, as if it stood here. */
  function addDocument(inner: string): void {
    if (hidden || level >= deepestDocument || documents >= most.frames) return
    documents++
    const found = extractDocument(inner, url, base, level + 1)
    writer.breakParagraph()
    for (const line of found.text.split('\n')) {
      if (line) writer.write(line)
      if (line) writer.breakLine()
      else writer.breakParagraph()
    }
    writer.breakParagraph()
    for (const each of found.links) if (links.links.length < most.links) links.links.push(each)
    for (const each of found.frames) addFrame(each)
    for (const each of found.jsonLd) raw.jsonLd.push(each)
    for (const kind of ['telephones', 'mailtos', 'whatsapps'] as const)
      for (const each of found[kind]) if (links.contacts[kind].size < most.contacts) links.contacts[kind].add(each)
  }

  function readImage(attributes: Attributes, isSeen: boolean): void {
    const { alt } = attributes
    if (!alt) return
    links.addLabel(alt)
    if (hidden || !isSeen || alt.length > longestAlt || !/@|\d{4}|cnpj/i.test(alt)) return
    if ([findPhones(alt, readPhone), findEmails(alt), findCnpjs(alt)].some(({ length }) => length > 0))
      writer.write(alt)
  }

  function openRaw(name: string, attributes: Attributes, isSeen: boolean): void {
    const isJsonLd = name === 'script' && /^application\/ld\+json/i.test(attributes.type?.trim() ?? '')
    raw.open(isJsonLd && !hidden?.inert ? 'json_ld' : name === 'noframes' ? 'document' : 'dropped')
    if (name !== 'iframe') return
    if (attributes.srcdoc && isSeen) addDocument(attributes.srcdoc)
    addFrame(attributes.src)
  }

  function openElement(name: string, attributes: Attributes, isSeen: boolean): void {
    switch (name) {
      case 'a':
      case 'area':
        if (hidden?.inert) break
        links.open(attributes, !isSeen)
        if (name === 'area') links.close()
        break
      case 'img':
        readImage(attributes, isSeen)
        break
      case 'title':
        raw.open(!hidden && title === null ? 'title' : 'dropped')
        break
      case 'meta':
        metas.read(attributes)
        break
      case 'html':
        language ??= attributes.lang?.trim() || attributes['xml:lang']?.trim() || null
        break
      case 'base':
        if (baseGiven || !attributes.href || attributes.href.length > most.hrefLength) break
        base = URL.parse(attributes.href, base)?.href ?? base
        links.setBase(base)
        baseGiven = true
        break
      case 'link':
        if (/(?:^|\s)canonical(?:\s|$)/i.test(attributes.rel ?? ''))
          canonical ??= links.absolute(attributes.href) ?? null
        break
      case 'frame':
        addFrame(attributes.src)
    }
  }

  function closeRaw(): void {
    const { kind, text } = raw.close()
    if (kind === 'title') title = shownLine(text) || null
    else if (kind === 'document') addDocument(text)
  }

  function hide(inert: boolean): void {
    hidden = { depth, mark: writer.mark(), inert }
    links.hide()
  }

  function begin(name: string, element: HtmlElement, attributes: Attributes): void {
    beginElement(writer, element, closedJustNow)
    closedJustNow = false
    const isSeen = !isHidden(name, attributes)
    if (element.isRaw) openRaw(name, attributes, isSeen)
    else openElement(name, attributes, isSeen)
    if (element.isVoid) return
    depth++
    if (depth > deepest) deepest = depth
    if (depth > most.depth) parser.pause()
    metas.beginElement(attributes, depth)
    if (hidden) return
    if (element.isInert || !isSeen) {
      hide(element.isInert)
      return
    }
    const email = attributes['data-cfemail'] && cloudflareEmail(attributes['data-cfemail'])
    if (email) {
      links.addEmail(email)
      writer.write(email)
      hide(false)
    }
  }

  let deepest = 0
  // The element whose tag is being read: what follows the tag says that it is complete. With `onopentag` the parser
  // would make an object of every element's attributes, a tenth of the time.
  let tag: string | undefined
  const attributes = attributeCollector()
  let isCut = false

  function endTag(): void {
    if (tag === undefined) return
    const name = tag
    tag = undefined
    begin(name, htmlElement(name), attributes.kept())
  }

  const parser = new Parser({
    onopentagname(name) {
      endTag()
      tag = name
      attributes.begin()
    },
    onattribute: attributes.add,
    ontext(piece) {
      endTag()
      closedJustNow = false
      if (raw.isOpen()) {
        raw.write(piece)
        return
      }
      links.addText(piece)
      writer.write(piece)
    },
    onclosetag(name, isImplied) {
      endTag()
      const element = htmlElement(name)
      if (element.isVoid) return
      if (isCut) {
        isCut = false
        return
      }
      if (raw.isOpen()) closeRaw()
      if (name === 'a') links.close()
      endElement(writer, element)
      if (hidden?.depth === depth) {
        // A hidden element that nothing closes would take the rest of the page with it.
        const wasShown = isImplied && !element.endsItself
        if (!wasShown) writer.rewind(hidden.mark)
        links.show(wasShown)
        hidden = undefined
      }
      metas.endElement(depth)
      depth--
      closedJustNow = true
    },
  })

  const source = html.replaceAll('\0', '').toWellFormed()
  for (let from = 0, nesting = 0; from < source.length && nesting < most.nesting; ) {
    const next = source.indexOf('<', from + chunkLength)
    const to = next === -1 ? source.length : next
    deepest = depth
    parser.write(source.slice(from, to))
    nesting += (to - from) * deepest
    from = to
  }
  // A page that was cut in the middle of a tag has half an address there. Nothing stands in the last element anyway.
  isCut = tag !== undefined && !htmlElement(tag).isVoid
  tag = undefined
  parser.end()
  links.close()

  return {
    url,
    title: title ?? metadata.get('og:title') ?? null,
    description: metadata.get('description') ?? metadata.get('og:description') ?? null,
    siteName: metadata.get('og:site_name') ?? metadata.get('application-name') ?? null,
    language,
    canonical,
    metadata: Object.fromEntries(metadata),
    links: links.links,
    frames: [...frames],
    telephones: [...links.contacts.telephones],
    mailtos: [...links.contacts.mailtos],
    whatsapps: [...links.contacts.whatsapps],
    jsonLd: raw.jsonLd,
    text: writer.finish(),
  }
}
