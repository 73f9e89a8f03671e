import { parse } from 'tldts'
import { toSocialProfile } from './find-socials.ts'
import { mailProviders } from './mail-providers.ts'

/** What a page calls itself, by which its JSON-LD about it is told from what is about others. */
export type PageOwner = {
  /** The registrable domain of its address; `null` in a network of one's own. */
  domain: string | null
  /** Its title, its site's name. */
  names: readonly string[]
}

type Node = Readonly<Record<string, unknown>>

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))
// Properties whose value is somebody else, or some other place, whatever it says.
const others = words(
  `author creator contributor editor translator illustrator reviewedBy review reviews comment itemReviewed performer
  actor director sponsor funder memberOf affiliation alumniOf worksFor mentions citation isBasedOn subjectOf sdPublisher
  areaServed serviceArea knowsAbout`,
)
// Properties whose value is the company as often as not: it says itself.
const roles = words(
  `publisher provider organizer seller offeredBy brand manufacturer hiringOrganization parentOrganization
  sourceOrganization producer maintainer copyrightHolder serviceOperator`,
)
const makers = ['author', 'creator', 'contributor', ...roles]
const naming = /^(?:WebSite|.*Organi[sz]ation|.*Business|Corporation|.*Store|.*Company)$/
const mostNodes = 500

/**
 * A function that tells of an object in a page's JSON-LD, and the property it is the value of, whether it is about
 * another organisation: the author of an article, the agency named as `creator`, a `publisher` or `provider` whose
 * address, name or e-mail address is not the page's.
 */
export function otherOrganizations(jsonLd: readonly unknown[], owner: PageOwner) {
  const nodes = topNodes(jsonLd)
  const referred = new Set(nodes.flatMap((node) => makers.flatMap((key) => idsOf(node[key]))))
  const ownNames = [
    ...owner.names,
    ...nodes.flatMap((node) => {
      const id = node['@id']
      if (!typesOf(node).some((type) => naming.test(type)) || (typeof id === 'string' && referred.has(id))) return []
      return typeof node.name === 'string' ? [node.name] : []
    }),
  ]
  const ownWords = new Set(ownNames.flatMap(significantWords))
  const label = owner.domain === null ? '' : fold(parse(owner.domain).domainWithoutSuffix ?? '')

  function isNamedAlike(name: string): boolean {
    const own = significantWords(name)
    return (
      own.some((word) => word.length >= 4 && label.includes(word)) ||
      own.filter((word) => ownWords.has(word)).length * 2 > own.length
    )
  }

  function isAnother(node: Node): boolean {
    const { url, name, email } = node
    const site = typeof url === 'string' && !toSocialProfile(url) ? parse(url).domain : null
    if (site !== null && owner.domain !== null) return site !== owner.domain
    if (typeof name === 'string' && isNamedAlike(name)) return false
    const mail = typeof email === 'string' ? parse(email.split('@')[1] ?? '').domain : null
    if (mail !== null && owner.domain !== null && !mailProviders.has(mail)) return mail !== owner.domain
    return typeof name === 'string' && (ownWords.size > 0 || label !== '')
  }

  return (key: string, node: Node): boolean => {
    if (others.has(key)) return true
    const id = node['@id']
    return (roles.has(key) || (typeof id === 'string' && referred.has(id))) && isAnother(node)
  }
}

/** Whether the value of a property is not about the company that the object is about. */
export const isOthersProperty = (key: string, node: Node): boolean =>
  others.has(key) || (key === 'location' && typesOf(node).some((type) => type.endsWith('Event')))

function topNodes(jsonLd: readonly unknown[]): Node[] {
  const nodes: Node[] = []
  for (const each of jsonLd) {
    if (!isNode(each)) continue
    const graph = each['@graph']
    for (const node of [each, ...(Array.isArray(graph) ? graph : [graph])]) {
      if (nodes.length >= mostNodes) return nodes
      if (isNode(node)) nodes.push(node)
    }
  }
  return nodes
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

const typesOf = (node: Node): string[] =>
  listed(node['@type']).filter((type): type is string => typeof type === 'string')

const idsOf = (value: unknown): string[] =>
  listed(value)
    .slice(0, 20)
    .flatMap((each) => (isNode(each) && typeof each['@id'] === 'string' ? [each['@id']] : []))

const insignificant = words('ltda eireli epp cia sociedade companhia empresa site oficial home inicio the and com')

const significantWords = (name: string): string[] =>
  fold(name.slice(0, 200))
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length >= 3 && !insignificant.has(word))

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
