import { isTestimony, othersClauses, without } from '../proof/others-clauses.ts'
import { comparable, locate } from './comparable-text.ts'
import { isOwnName, type OwnName } from './own-name.ts'
import type { PageText, Segment, SiteText } from './site-text.ts'

/** Words of a page, and what stands around them. */
export type Statement = {
  quote: string
  context: string
  under: string
  path: string
  /** The quote without what its sentence says of somebody else; absent: all of it. */
  ours?: string
}
/** A quote, or the part of one that stands on one line. */
export type Place = Statement & {
  url: string
  /** The heading over the quote; of a heading, the line below it: a name and what is said of it. */
  beside: string | null
  form?: Segment['form']
  /** A customer says it. */
  isTestimony?: boolean
  own?: OwnName
}

const shortestQuote = 3
const longestQuote = 2_000
const mostPlaces = 6
const mostLines = 12

/** The pages on which these words stand, case, accents and white space apart. */
export function pagesWith({ pages }: SiteText, words: string): string[] {
  const wanted = comparable(words)
  if (wanted.length < shortestQuote) return []
  return pages.filter(({ plain }) => plain.includes(` ${wanted} `)).map(({ url }) => url)
}

/**
 * Finds where a quote stands, on the page named first if it does so there: the words of the page itself, with the
 * sentences and the heading they stand in. A quote that is on no page has no places.
 */
export function placesOf(site: SiteText, quote: string, firstUrl?: string): Place[] {
  const wanted = comparable(quote.slice(0, longestQuote))
  if (wanted.length < shortestQuote || quote.length > longestQuote) return []
  const { pages } = site
  const places: Place[] = []
  let found = 0
  const preferred = pages.filter(({ url }) => url === firstUrl)
  for (const page of [...preferred, ...pages.filter(({ url }) => url !== firstUrl)]) {
    for (let at = page.plain.indexOf(` ${wanted} `); at !== -1; at = page.plain.indexOf(` ${wanted} `, at + 1)) {
      places.push(...placesAt(page, at + 1, at + 1 + wanted.length, site))
      if (++found >= mostPlaces) return places
    }
  }
  return places
}

/** One for each line: what two lines say apart they do not say together, but where a sentence is broken over them. */
function placesAt(page: PageText, from: number, to: number, site: SiteText): Place[] {
  const { segments, starts } = page
  const last = lastAtOrBefore(starts, to - 1)
  const places: Place[] = []
  for (let first = lastAtOrBefore(starts, from); first <= last && places.length < mostLines; ) {
    let end = first
    while (end < last && segments[end + 1]!.goesOn) end++
    const start = starts[first]!
    const stop = starts[end]! + segments[end]!.plain.length
    const wanted = page.plain.slice(Math.max(from, start), Math.min(to, stop))
    places.push(placeAt(page, first, end, wanted, site))
    first = end + 1
  }
  return places
}

function placeAt(page: PageText, from: number, last: number, wanted: string, site: SiteText): Place {
  const { url, path, segments } = page
  let first = from
  const { under, form } = segments[first]!
  const beside = besideOf(segments, first, last)
  const quoted = segments
    .slice(first, last + 1)
    .map(({ text }) => text)
    .join(' ')
  const found = locate(quoted, wanted) ?? { start: 0, end: quoted.length }
  // A sentence may be broken over lines.
  let before = ''
  for (let steps = 0; steps < 3 && first > 0 && segments[first]!.goesOn; steps++) {
    first--
    before = `${segments[first]!.text} ${before}`
  }
  let after = ''
  let next = last + 1
  for (; next < last + 3 && segments[next]?.goesOn; next++) after += ` ${segments[next]!.text}`
  const whole = before + quoted + after
  const start = before.length + found.start
  const end = before.length + found.end
  const around = sentencesAround(whole, start, end)
  const context = whole.slice(around.from, around.to)
  const isOwn = (name: string, isBare: boolean) =>
    isOwnName(name, site.own) || ((isBare || !name.includes(' ')) && site.isCommonWord(name))
  const ours = without(context, othersClauses(context, isOwn)).slice(start - around.from, end - around.from)
  return {
    url,
    path,
    under,
    beside,
    form,
    own: site.own,
    quote: quoted.slice(found.start, found.end),
    context: context.trim(),
    ours,
    isTestimony: isTestimony(whole, start, segments[next]?.text),
  }
}

const mostAbove = 5

function besideOf(segments: readonly Segment[], first: number, last: number): string | null {
  if (segments[last]!.form === 'heading') {
    const below = segments[last + 1]
    return below?.form === 'text' ? below.text : null
  }
  const above = segments.slice(Math.max(0, first - mostAbove), first).findLast(({ form }) => form === 'heading')
  return above?.text ?? null
}

function sentencesAround(text: string, start: number, end: number): { from: number; to: number } {
  const ending = /[.!?…](?=\s)/g
  let from = 0
  for (const match of text.slice(0, start).matchAll(ending)) from = match.index + 1
  const rest = /[.!?…](?=\s|$)/.exec(text.slice(Math.max(start, end - 1)))
  const to = rest ? Math.max(start, end - 1) + rest.index + 1 : text.length
  return { from, to }
}

function lastAtOrBefore(starts: readonly number[], at: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= at) low = middle
    else high = middle - 1
  }
  return low
}
