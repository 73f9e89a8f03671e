import { takeTurns } from '../../../take-turns.ts'
import type { BusinessModel, CompanyProfile, Offering } from '../company-profile.ts'
import { isLooseFoundingStatement } from '../extractive/founding-year.ts'
import type { ProfileAnswer, Said } from '../model/ask-for-profile.ts'
import type { Passage } from '../model/passages.ts'
import { wordsOf } from '../text/comparable-text.ts'
import { isOrderToModel, isTemplateValue } from '../text/not-a-statement.ts'
import { type Place, placesOf } from '../text/places.ts'
import type { SiteText } from '../text/site-text.ts'
import { carrying, type Strictness, supportedSentences, supports } from './evidence.ts'
import { type ListField, ofTheCompany, rules, type SingleField } from './field-rules.ts'
import { affirmedWords } from './negation.ts'
import { tellsBusinessModel, tellsKind } from './telling-words.ts'

/** A value with the places that prove it. */
export type Proven<Value = string> = { value: Value; places: Place[] }
export type ProvenOffering = Proven & Pick<Offering, 'kind' | 'description'>

/** What of an answer is proved, and by field, how many values are not. */
export type ProvenAnswer = {
  [field in SingleField]: Proven | null
} & { [field in ListField]: Proven[] } & {
  description: Proven | null
  business_model: Proven<BusinessModel> | null
  offerings: ProvenOffering[]
  year_founded: Proven<number> | null
  dropped: CompanyProfile['dropped']
}

const longestValue = 300
const longestDescription = 1_500
const mostSentences = 4
/** A site that lists more has a catalogue, of which a profile names a part. */
const mostValues = 60
const mostQuotes = 8

/**
 * Keeps of a model's answer what the pages prove: its quote stands in the passage it names, or else on another page,
 * whose address then counts; the quote carries the value (`supports`); and its sentence says it of the company. The
 * rest is counted in `dropped`. Takes turns with other work.
 */
export async function proveAnswer(
  answer: ProfileAnswer,
  { passages, site, signal }: { passages: readonly Passage[]; site: SiteText; signal?: AbortSignal },
): Promise<ProvenAnswer> {
  const turn = takeTurns(signal)
  const dropped: CompanyProfile['dropped'] = {}
  const drop = (field: string, count = 1): null => {
    if (count > 0) dropped[field] = (dropped[field] ?? 0) + count
    return null
  }

  async function placesFor(evidence: Said['evidence']): Promise<Place[][]> {
    const found: Place[][] = []
    for (const { passage, quote } of evidence.slice(0, mostQuotes)) {
      found.push(placesOf(site, quote, passages[passage - 1]?.url))
      const due = turn()
      if (due) await due
    }
    return found
  }

  async function prove(field: SingleField | ListField, said: Said | null): Promise<Proven | null> {
    const value = said && cleaned(said.value)
    if (!said || !value) return null
    const { strictness, accepts } = rules[field]
    if (value.length > longestValue || isNoValue(value)) return drop(field)
    const places = provingPlaces(await placesFor(said.evidence), value, strictness, (place) => accepts(place, value))
    return places.length > 0 ? { value, places } : drop(field)
  }

  async function describe(said: Said | null, name: Proven | null): Promise<Proven | null> {
    if (!said?.value.trim()) return null
    const places = (await placesFor(said.evidence)).flatMap((of) => of.filter(ofTheCompany))
    const text = said.value.replace(/\s+/g, ' ').trim()
    if (text.length > longestDescription || isNoValue(text)) return drop('description')
    const { supported, unsupported } = supportedSentences(places, text, name?.value)
    drop('description', unsupported)
    if (supported.length === 0) return null
    const kept = supportedSentences(places, supported.slice(0, mostSentences).join(' '), name?.value)
    // A place that proves none of the sentences that are left is no evidence of them.
    return { value: kept.supported.join(' '), places: kept.carriers }
  }

  async function proveOffering({
    name,
    kind,
    description,
    evidence,
  }: ProfileAnswer['offerings'][number]): Promise<ProvenOffering | null> {
    const value = cleaned(name)
    if (!value) return null
    if (value.length > longestValue || isNoValue(value)) return drop('offerings')
    const quoted = (await placesFor(evidence)).map((of) => of.filter(ofTheCompany)).filter((of) => of.length > 0)
    // A heading names it and the line below says what it is: a quote of one is proof together with the other.
    const beside = quoted.map((of) => of.flatMap((place) => placesBeside(place, site)))
    const named = provingPlaces(quoted, value, 'name', ofTheCompany)
    const places = named.length > 0 ? named : provingPlaces(beside, value, 'name', ofTheCompany)
    if (places.length === 0) return drop('offerings')
    const around = [...new Set([...places, ...quoted.flat()])]
    const told = tellsKind(value, around)
    const provenKind = kind && told.has(kind) ? kind : null
    if (kind && !provenKind) drop('offerings.kind')
    const said = description ? cleaned(description) : ''
    const proof =
      said.length > longestValue || isNoValue(said)
        ? []
        : firstThatSupport([around, [...around, ...beside.flatMap((of) => of.slice(0, 1))]], said)
    if (said && proof.length === 0) drop('offerings.description')
    return proof.length > 0
      ? { value, kind: provenKind, description: said, places: [...places, ...proof] }
      : { value, kind: provenKind, description: null, places }
  }

  async function proveBusinessModel(said: ProfileAnswer['business_model']): Promise<Proven<BusinessModel> | null> {
    if (!said) return null
    const places = (await placesFor(said.evidence)).flatMap((of) => of.filter(ofTheCompany))
    const telling = places.map((place) => ({
      place,
      told: tellsBusinessModel(affirmedWords({ ...place, quote: place.ours ?? place.quote }).join(' ')),
    }))
    const wanted = said.value === 'both' ? (['B2B', 'B2C'] as const) : ([said.value] as const)
    const isProven = wanted.every((each) => telling.some(({ told }) => told === each || told === 'both'))
    if (!isProven) return drop('business_model')
    return { value: said.value, places: telling.flatMap(({ place, told }) => (told ? [place] : [])) }
  }

  async function proveYear(
    said: ProfileAnswer['year_founded'],
    names: readonly string[],
  ): Promise<Proven<number> | null> {
    if (!said) return null
    const places = (await placesFor(said.evidence))
      .flat()
      .filter(
        (place) =>
          ofTheCompany(place) &&
          isOurs(String(said.value), place) &&
          isLooseFoundingStatement(place, said.value, names),
      )
    return places.length > 0 ? { value: said.value, places } : drop('year_founded')
  }

  async function proveAll<Item, Result>(
    field: string,
    items: readonly Item[],
    one: (item: Item) => Promise<Result | null>,
  ): Promise<Result[]> {
    drop(field, Math.max(0, items.length - mostValues))
    const proven: Result[] = []
    for (const item of items.slice(0, mostValues)) {
      const result = await one(item)
      if (result !== null) proven.push(result)
    }
    return proven
  }
  const proveList = (field: ListField) => proveAll(field, answer[field], (said) => prove(field, said))

  const name = await prove('name', answer.name)
  return {
    name,
    description: await describe(answer.description, name),
    sector: await prove('sector', answer.sector),
    business_model: await proveBusinessModel(answer.business_model),
    offerings: await proveAll('offerings', answer.offerings, proveOffering),
    segments: await proveList('segments'),
    differentiators: await proveList('differentiators'),
    certifications: await proveList('certifications'),
    brands: await proveList('brands'),
    clients: await proveList('clients'),
    locations: await proveList('locations'),
    year_founded: await proveYear(answer.year_founded, name ? [name.value] : []),
    size_claimed: await prove('size_claimed', answer.size_claimed),
    dropped,
  }
}

/** A name is proved by one place, a summary by several together; of a quote that stands in several the first that does. */
function provingPlaces(
  found: readonly Place[][],
  value: string,
  strictness: Strictness,
  accepts: (place: Place) => boolean,
): Place[] {
  const proving = found.flatMap(
    (of) => of.find((place) => accepts(place) && supports([place], value, strictness)) ?? [],
  )
  if (proving.length > 0 || strictness !== 'summary') return proving
  return [...new Set(carrying(found.flat().filter(accepts), value))] as Place[]
}

/** The places of the heading over a quote, or of the line under a heading, on the same page. */
function placesBeside({ beside, url }: Place, site: SiteText): Place[] {
  if (!beside) return []
  return placesOf(site, beside, url).filter((place) => place.url === url && ofTheCompany(place))
}

const firstThatSupport = (choices: readonly Place[][], value: string): Place[] =>
  choices.find((places) => supports(places, value)) ?? []

const isOurs = (word: string, { ours, quote }: Place): boolean => wordsOf(ours ?? quote).includes(word)

const cleaned = (value: string): string =>
  value
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .toWellFormed()
const isNoValue = (value: string): boolean => isTemplateValue(value) || isOrderToModel(value)
