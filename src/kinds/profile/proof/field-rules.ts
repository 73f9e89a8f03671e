import { comparable } from '../text/comparable-text.ts'
import { isKnown, isOwnName, tellingWords } from '../text/own-name.ts'
import type { Place } from '../text/places.ts'
import type { Strictness } from './evidence.ts'
import { isOthersBrand, namesClient } from './names-of-others.ts'
import { isOthersPremises, isOthersSize, isPayment, isPerk, isTaught, tells, tellsPremises } from './telling-words.ts'
import { isAboutOthers, isAboutPartners, isNoClaim } from './whose-statement.ts'

/** Fields that hold a list of names or phrases, and those that hold one. */
export const listFields = ['segments', 'differentiators', 'certifications', 'brands', 'clients', 'locations'] as const
export const singleFields = ['name', 'sector', 'size_claimed'] as const
export type ListField = (typeof listFields)[number]
export type SingleField = (typeof singleFields)[number]

/** "Nove suítes" is a size as "9 suítes" is. */
const isFigure =
  /\d|\bporte\b|\b(?:um|uma|dois|duas|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|treze|catorze|quatorze|quinze|vinte|trinta|quarenta|cinquenta|cem|cento|mil|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred|thousand)\b/
/** A name is one by which the site calls itself, in its title, its address or beside its CNPJ. */
const isCalled = (value: string, { context, own }: Place): boolean =>
  own === undefined ||
  (!isKnown(own) && tellingWords(value).length > 0) ||
  (isOwnName(value, own) && tellingWords(value).length > 0) ||
  /\bcnpj\b|©|\bcopyright\b|\b(?:ltda|eireli|s[/.]?a)\b/i.test(context)

type Rule = { strictness: Strictness; accepts: (place: Place, value: string) => boolean }
/** Whether what a statement says is said of the company. */
export const ofTheCompany = (place: Place): boolean => !isAboutOthers(place)
const mayNameOthers = (place: Place): boolean => !isNoClaim(place)
/** How the words of a field's value must stand in a quote, and what its sentence must say of them. */
export const rules: { [field in SingleField | ListField]: Rule } = {
  name: {
    strictness: 'exact',
    accepts: (place, value) => ofTheCompany(place) && /\p{Lu}|\d/u.test(value) && isCalled(value, place),
  },
  sector: { strictness: 'summary', accepts: ofTheCompany },
  size_claimed: {
    strictness: 'name',
    accepts: (place, value) =>
      ofTheCompany(place) &&
      isFigure.test(comparable(value)) &&
      tells('size_claimed', value, place) &&
      !isOthersSize(place),
  },
  segments: {
    strictness: 'summary',
    accepts: (place) => mayNameOthers(place) && !isAboutPartners(place) && !isPayment(place) && !isPerk(place),
  },
  differentiators: { strictness: 'summary', accepts: ofTheCompany },
  certifications: {
    strictness: 'exact',
    accepts: (place, value) => ofTheCompany(place) && tells('certifications', value, place) && !isTaught(place),
  },
  brands: {
    strictness: 'exact',
    accepts: (place, value) => mayNameOthers(place) && tells('brands', value, place) && !isOthersBrand(place),
  },
  clients: {
    strictness: 'exact',
    // A client has a name; "indústrias" is a segment.
    accepts: (place, value) =>
      mayNameOthers(place) && /\p{Lu}|\d/u.test(value) && namesClient(value, place) && !isPayment(place),
  },
  locations: {
    strictness: 'exact',
    accepts: (place, value) => ofTheCompany(place) && tellsPremises(value, place) && !isOthersPremises(value, place),
  },
}
