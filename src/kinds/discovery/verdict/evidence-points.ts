/** A reason before it is weighed. */
export type Evidence = { kind: EvidenceKind; what: string; url: string; quote: string }

/**
 * What each kind of evidence counts for. The points say how sure one may be; what is a proof at all is not left to
 * sums (`verify.ts`), so that no heap of weak evidence becomes one.
 */
export const evidencePoints = {
  /** Its own number, where a site says whose it is. */
  cnpj: 100,
  /** That of its head office or of a branch. */
  sameRoot: 85,
  /** Its own number, on an inner page alone. */
  cnpjInside: 60,
  /** Its own number, which nothing there says to be the site's own: a maker's, an insurer's, an administrator's. */
  cnpjMention: 40,
  /** A name that hardly another company has, where a site says who it is. */
  name: 35,
  /** A name of everyday words, or the first word of a longer one. */
  weakName: 15,
  /** The name in the registry with its legal form. */
  legalName: 20,
  domain: 25,
  weakDomain: 10,
  phone: 35,
  /** One telephone among so many that they are a list. */
  listedPhone: 10,
  email: 35,
  /** The site stands at the domain that the registry's e-mail address is at. */
  emailDomain: 30,
  postalCode: 20,
  /** One code for the whole town. */
  townPostalCode: 5,
  street: 25,
  /** The town in an address, or with its state. */
  city: 15,
  cityMention: 5,
  given: 25,

  otherCnpj: -80,
  cnpjOfACustomer: -80,
  otherState: -50,
  otherAreaCode: -35,
  otherCity: -35,
  /** Another street, or other telephones, in the right town. */
  otherStreet: -5,
  otherPhone: -5,
  /** The name with another trade beside it: a sister company, or a neighbour. */
  otherTrade: -5,
  domainAlone: -40,
  franchise: -40,
  /** Many go by its name: a maker's dealers, a system's cooperatives. */
  network: -30,
  /** A company of another country. */
  foreign: -80,
  accountant: -80,
  /** Gambling and the like, at a domain that the company let go. */
  takenOver: -120,
  /** A directory, a marketplace, a newspaper. */
  somebodyElses: -250,
}

export type EvidenceKind = keyof typeof evidencePoints
export type EvidencePoints = Record<EvidenceKind, number>
