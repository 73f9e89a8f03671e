import { emailProtection, mailtoAddresses, telNumber, whatsappNumber } from './contact-links.ts'
import { creditReach, inCreditLine, isCredit, lodgingReach } from './credit-line.ts'
import { foldBlanks } from './fold-blanks.ts'
import type { Attributes } from './html-attributes.ts'
import { most } from './page-limits.ts'
import { linkResolver } from './resolve-link.ts'
import type { TextWriter } from './text-writer.ts'

export type PageLink = {
  /** Absolute, http or https. */
  url: string
  text: string
  rel?: string
  /** Set when the link leads elsewhere and stands in a credit ("Desenvolvido por …"). */
  credit?: true
  /** Set when the link stands in an element that is not shown, such as a menu that opens later, or a template. */
  hidden?: true
}

export type ContactKind = 'telephones' | 'mailtos' | 'whatsapps'
export type Contacts = Record<ContactKind, Set<string>>

type Contact = { kind: ContactKind; value: string }
type OpenLink = {
  url: string | undefined
  contacts: readonly Contact[]
  text: string
  label: string
  rel: string | undefined
  credit: boolean
  hidden: boolean
}
// One look at the commonest links by far, which lead into the site.
const contactLink = /^(?:mailto|tel|callto):|whatsapp|wa\.me|@|email-protection#/i
const bareAddress = /^[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}$/
const none: readonly Contact[] = []

/**
 * Collects the links of a page at `url`, and whom they dial and write to. What a credit or a hidden element holds is no
 * contact of the company; a hidden menu's links still lead somewhere. `writer` has the text before each link.
 */
export function linkCollector(writer: TextWriter, url: string) {
  const links: PageLink[] = []
  const contacts: Contacts = { telephones: new Set(), mailtos: new Set(), whatsapps: new Set() }
  const page = URL.parse(url)
  const ownOrigin = page ? `${page.origin}/` : ''
  const ownMail = `@${page?.hostname.replace(/^www\./, '')}`
  let absolute = linkResolver(url)
  let anchors = 0
  let open: OpenLink | undefined
  let unseen: { firstLink: number; contacts: Contact[] } | undefined

  function close(): void {
    if (!open) return
    const { url, label, rel, hidden } = open
    const text = foldBlanks(open.text) || foldBlanks(label)
    const leadsOut = open.contacts.length > 0 || (url !== undefined && !url.startsWith(ownOrigin))
    const credit = open.credit || (leadsOut && (isCredit(text) || isCredit(foldBlanks(label))))
    for (const contact of open.contacts) if (!credit || isOwnMail(contact)) addContact(contact, hidden)
    if (url) {
      links.push({ url, text, ...(rel && { rel }), ...(credit && { credit }), ...(hidden && { hidden }) })
    }
    open = undefined
  }

  // A webmaster at the company's own domain is the company's.
  const isOwnMail = ({ kind, value }: Contact): boolean => kind === 'mailtos' && value.toLowerCase().endsWith(ownMail)

  function addContact(contact: Contact, hidden: boolean): void {
    if (hidden) {
      if (unseen && unseen.contacts.length < most.contacts) unseen.contacts.push(contact)
    } else if (contacts[contact.kind].size < most.contacts) contacts[contact.kind].add(contact.value)
  }

  return {
    links,
    contacts,
    /** `undefined` for what is no http or https address, and for one that no page made for people has. */
    absolute: (href: string | undefined): string | undefined =>
      href === undefined || href.length > most.hrefLength ? undefined : absolute(href),
    setBase(base: string): void {
      absolute = linkResolver(base)
    },
    open(attributes: Attributes, isHidden: boolean): void {
      close()
      const href = attributes.href?.trim()
      anchors += 1
      if (!href || href.length > most.hrefLength || links.length >= most.links || anchors > most.anchors) return
      const found = contactLink.test(href) ? contactsOf(href, absolute) : none
      const target = found.some(({ kind }) => kind !== 'whatsapps') ? undefined : absolute(href)
      if (!target && found.length === 0) return
      open = {
        url: target,
        contacts: found,
        text: '',
        label: attributes['aria-label'] ?? attributes.title ?? attributes.alt ?? '',
        rel: attributes.rel,
        credit: (found.length > 0 || !target?.startsWith(ownOrigin)) && isCredited(writer),
        hidden: isHidden || unseen !== undefined,
      }
    },
    close,
    addText(piece: string): void {
      if (open) open.text += piece
    },
    /** What an image in a link says of it. */
    addLabel(label: string | undefined): void {
      if (open && !open.label) open.label = label ?? ''
    },
    /** An address that the page shows in its text, which a credit holds or not. */
    addEmail(email: string): void {
      if (!isCredited(writer)) addContact({ kind: 'mailtos', value: email }, unseen !== undefined)
    },
    /** What comes now is not shown. */
    hide(): void {
      unseen = { firstLink: links.length, contacts: [] }
    },
    /** What comes now is shown again. `wasShown`: so was what came, after all. */
    show(wasShown: boolean): void {
      if (open?.hidden) close()
      if (unseen && wasShown) {
        for (const contact of unseen.contacts) addContact(contact, false)
        for (const link of links.slice(unseen.firstLink)) delete link.hidden
      }
      unseen = undefined
    },
  }
}

function contactsOf(href: string, absolute: (href: string) => string | undefined): readonly Contact[] {
  const mails = (values: string[]): Contact[] => values.map((value) => ({ kind: 'mailtos', value }))
  if (/^mailto:/i.test(href)) return mails(mailtoAddresses(href))
  if (/^(?:tel|callto):/i.test(href)) return [{ kind: 'telephones', value: telNumber(href) }]
  // Written without `mailto:`, such a link leads to a page that does not exist.
  if (bareAddress.test(href)) return mails([href])
  const hidden = emailProtection(href)
  if (hidden) return mails([hidden])
  return whatsappNumber(absolute(href) ?? href) ? [{ kind: 'whatsapps', value: href }] : none
}

function isCredited(writer: TextWriter): boolean {
  const tail = writer.tail(creditReach)
  if (!inCreditLine(tail, tail.length)) return false
  const more = writer.tail(lodgingReach)
  return inCreditLine(more, more.length)
}
