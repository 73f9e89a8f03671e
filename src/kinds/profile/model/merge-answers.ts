import type { BusinessModel, Claim, CompanyProfile, Offering } from '../company-profile.ts'
import { confidenceOf } from '../confidence.ts'
import type { Proven, ProvenAnswer, ProvenOffering } from '../proof/prove-answer.ts'
import { wordsOf } from '../text/comparable-text.ts'
import { type Place, pagesWith } from '../text/places.ts'
import type { SiteText } from '../text/site-text.ts'

export type ModelFields = Pick<
  CompanyProfile,
  | 'name'
  | 'description'
  | 'sector'
  | 'business_model'
  | 'offerings'
  | 'segments'
  | 'differentiators'
  | 'certifications'
  | 'brands'
  | 'clients'
  | 'locations'
  | 'year_founded'
  | 'size_claimed'
  | 'dropped'
>

const mostEvidence = 3
const small = new Set('de da do das dos e em para a o as os com por of the and for'.split(' '))

/** A name without what two spellings of it differ in: case, accents, small words, plurals. */
export const normalName = (name: string): string =>
  wordsOf(name)
    .filter((word) => !small.has(word))
    .map((word) =>
      word
        .replace(/oes$|aes$/, 'ao')
        .replace(/(?<=[aeou])is$/, 'l')
        .replace(/(?<=\p{L}{3})s$/u, ''),
    )
    .join(' ')

/**
 * What the parts of a site say, in one. Values of one normalised name are one, with the evidence of all. Where a field
 * has one value and the parts give several, the one with evidence on most pages stands, contested; of as many the
 * earlier part's, which read the more telling passages. B2B here and B2C there is both. Pure, but for what it looks up.
 */
export function mergeAnswers(
  answers: readonly ProvenAnswer[],
  site: SiteText,
  extractive: CompanyProfile,
): ModelFields {
  const known = (values: readonly { value?: unknown; name?: string }[]) =>
    new Set(values.map(({ value, name }) => normalName(String(name ?? value))))
  const all = <Field extends keyof ProvenAnswer>(field: Field) => answers.map((answer) => answer[field])

  const list = (
    field: 'segments' | 'differentiators' | 'certifications' | 'brands' | 'clients' | 'locations',
  ): Claim[] =>
    [...Map.groupBy(all(field).flat(), ({ value }) => normalName(value)).values()].map((same) =>
      claimOf(same, site, { isName: true }),
    )

  const single = (field: 'name' | 'sector' | 'size_claimed', codeSays?: string): Claim | null => {
    const byValue = [
      ...Map.groupBy(
        all(field).filter((each) => each !== null),
        ({ value }) => normalName(value),
      ),
    ]
      .map(([key, same]) => ({ key, same, pages: countPages(same) }))
      .sort((one, other) => other.pages - one.pages)
    const [best] = byValue
    if (!best) return null
    return claimOf(best.same, site, {
      isName: true,
      isFoundByCode: codeSays !== undefined && best.key === normalName(codeSays),
      isContested: byValue.length > 1,
    })
  }

  const addresses = extractive.locations.map(({ value }) => ` ${normalName(value)} `)
  const isInAddress = ({ value }: Claim): boolean =>
    addresses.some((address) => address.includes(` ${normalName(value)} `))
  const years = all('year_founded').filter((each) => each !== null)
  // Parts that disagree on the year leave that open.
  const year = new Set(years.map(({ value }) => value)).size === 1 ? years[0] : undefined
  return {
    name: single('name', extractive.name?.value) ?? extractive.name,
    description: describe(all('description').filter((each) => each !== null)) ?? extractive.description,
    sector: single('sector'),
    business_model: businessModel(all('business_model').filter((each) => each !== null)),
    offerings: offerings(all('offerings').flat(), extractive.offerings, known(extractive.offerings), site),
    segments: list('segments'),
    differentiators: list('differentiators'),
    certifications: list('certifications'),
    brands: list('brands'),
    clients: list('clients'),
    locations: [...extractive.locations, ...list('locations').filter((claim) => !isInAddress(claim))],
    year_founded: extractive.year_founded ?? (year ? { ...claimOf(years, site, {}), value: year.value } : null),
    size_claimed: single('size_claimed'),
    dropped: sumDropped(all('dropped')),
  }
}

type Same = readonly Pick<Proven<unknown>, 'value' | 'places'>[]
const countPages = (same: Same): number => new Set(same.flatMap(({ places }) => places.map(({ url }) => url))).size

function claimOf(
  same: Same,
  site: SiteText,
  {
    isName = false,
    isFoundByCode = false,
    isContested = false,
  }: { isName?: boolean; isFoundByCode?: boolean; isContested?: boolean },
): Claim {
  const value = String(same[0]!.value)
  const places = same.flatMap((each) => each.places)
  const pages = new Set([...places.map(({ url }) => url), ...(isName ? pagesWith(site, value) : [])]).size
  return {
    value,
    evidence: evidenceOf(places, mostEvidence),
    confidence: confidenceOf({ pages, isFoundByCode, doSourcesAgree: false, isContested }),
  }
}

/** Each quote once, those of other pages first. */
function evidenceOf(places: readonly Place[], most: number): Claim['evidence'] {
  const byKey = new Map(places.map(({ url, quote }) => [`${url}\n${quote}`, { url, quote }]))
  const unlike = [...Map.groupBy(byKey.values(), ({ url }) => url).values()]
  const inTurn = unlike.flatMap((of) => of.slice(0, 1)).concat(unlike.flatMap((of) => of.slice(1)))
  return inTurn.slice(0, most)
}

/** The first part's, which read what tells most; its sentences rest on all of their quotes. */
function describe([first]: readonly Proven[]): Claim | null {
  if (!first) return null
  return {
    value: first.value,
    evidence: evidenceOf(first.places, Number.POSITIVE_INFINITY),
    confidence: confidenceOf({
      pages: countPages([first]),
      isFoundByCode: false,
      doSourcesAgree: false,
      isContested: false,
    }),
  }
}

function businessModel(said: readonly Proven<BusinessModel>[]): CompanyProfile['business_model'] {
  if (said.length === 0) return null
  const values = new Set(said.map(({ value }) => value))
  const places = said.flatMap((each) => each.places)
  return {
    value: values.size === 1 ? said[0]!.value : 'both',
    evidence: evidenceOf(places, mostEvidence + 1),
    confidence: confidenceOf({
      pages: countPages(said),
      isFoundByCode: false,
      doSourcesAgree: false,
      isContested: false,
    }),
  }
}

function offerings(
  said: readonly ProvenOffering[],
  listed: readonly Offering[],
  knownToCode: ReadonlySet<string>,
  site: SiteText,
): Offering[] {
  const groups = Map.groupBy(said, ({ value }) => normalName(value))
  const merged = [...groups].map(([key, same]): Offering => {
    const kinds = new Set(same.map(({ kind }) => kind).filter((kind) => kind !== null))
    const byCode = listed.find(({ name }) => normalName(name) === key)
    const {
      value: name,
      evidence,
      confidence,
    } = claimOf(same, site, { isName: true, isFoundByCode: knownToCode.has(key) })
    return {
      name,
      // Parts that disagree on what it is leave that open.
      kind: byCode?.kind ?? (kinds.size === 1 ? [...kinds][0]! : null),
      description: same.find(({ description }) => description !== null)?.description ?? null,
      evidence,
      confidence,
    }
  })
  return [...merged, ...listed.filter(({ name }) => !groups.has(normalName(name)))]
}

function sumDropped(parts: readonly CompanyProfile['dropped'][]): CompanyProfile['dropped'] {
  const sum: CompanyProfile['dropped'] = {}
  for (const [field, count] of parts.flatMap((part) => Object.entries(part))) sum[field] = (sum[field] ?? 0) + count
  return sum
}
