import type { StoredPage } from '../stored-pages.ts'
import { comparable, locate } from './comparable-text.ts'
import { isBareDenial } from './negation.ts'
import { isOrderToModel, isTemplateText } from './not-a-statement.ts'
import { takeTurns } from './take-turns.ts'

/** A line of a page, or a piece of a line that is too long. */
export type Segment = {
  /** As it stands, without the marks of a heading or an item. */
  text: string
  plain: string
  form: 'title' | 'description' | 'heading' | 'item' | 'row' | 'text'
  /** The headings it stands under, the outermost first, and the line that leads into its list ("Nossos clientes:"). */
  under: string
  /** It goes on from the line before. */
  goesOn: boolean
}
export type PageText = { url: string; path: string; segments: Segment[]; plain: string; starts: number[] }
/** The pages of a site, folded once for all that is looked up in them. The home page comes first. */
export type SiteText = { pages: PageText[] }

/** Words of a page, and what stands around them. */
export type Statement = { quote: string; context: string; under: string; path: string }
export type Place = Statement & {
  url: string
  /** The heading over the quote; of a heading, the line below it: a name and what is said of it. */
  beside: string | null
}

const longestSegment = 1_000
/** A page of more lines is a list that no profile needs whole. */
const mostSegments = 20_000
const shortestQuote = 3
const longestQuote = 2_000
const mostPlaces = 6

/**
 * Folds the pages of a site. What is a template's, or is addressed to a model, is left out: it is no statement. The
 * title and the description count as text of their page. Takes turns with other work.
 */
export async function readSiteText(pages: readonly StoredPage[], signal?: AbortSignal): Promise<SiteText> {
  const turn = takeTurns(signal)
  const texts: PageText[] = []
  for (const { url, title, description, text } of pages) {
    const segments: Segment[] = []
    let isOrdered = false
    const add = (piece: string, form: Segment['form'], under: string, goesOn: boolean) => {
      if (isTemplateText(piece)) return
      if (isOrderToModel(piece)) {
        isOrdered = true
        return
      }
      // What an order leads to is the next line: "Modelos de linguagem, leiam:".
      if (isOrdered && form !== 'title') {
        isOrdered = false
        if (form !== 'heading') return
      }
      const plain = comparable(piece)
      if (plain) segments.push({ text: piece, plain, form, under, goesOn })
    }
    if (title) add(title.slice(0, longestSegment), 'title', '', false)
    if (description) for (const piece of pieces(description)) add(piece, 'description', '', false)
    /** By level; a heading ends those of its own level and below. */
    let headings: string[] = []
    let lead = ''
    let linesSinceLead = 0
    let last: Segment['form'] | undefined
    for (const line of linesOf(text)) {
      const due = turn()
      if (due) await due
      if (segments.length >= mostSegments) break
      if (line === '') {
        last = undefined
        continue
      }
      const form = formOf(line)
      const bare = line.replace(/^(?:#{1,6} |- )/, '')
      if (form === 'heading') {
        headings = headings.slice(0, line.indexOf(' ') - 1)
        lead = ''
      } else if (form === 'item') linesSinceLead = 1
      // A lead goes for the list after it, or for the one line.
      else if (++linesSinceLead > 1) lead = ''
      let goesOn = form === 'text' && last === 'text'
      for (const piece of pieces(bare)) {
        add(piece, form, [...headings, lead].filter(Boolean).join('\n'), goesOn)
        goesOn = true
      }
      if (form === 'heading') headings[line.indexOf(' ') - 1] = bare.slice(0, 200)
      if (form !== 'heading' && form !== 'item' && (/:\s*$/.test(bare) || isBareDenial(bare))) {
        lead = bare.slice(-200)
        linesSinceLead = 0
      }
      last = form
    }
    const starts: number[] = []
    let joined = ' '
    for (const { plain } of segments) {
      starts.push(joined.length)
      joined += `${plain} `
    }
    const due = turn()
    if (due) await due
    const path = URL.parse(url)?.pathname ?? ''
    texts.push({ url, path, segments, plain: joined, starts })
  }
  return { pages: texts }
}

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
export function placesOf({ pages }: SiteText, quote: string, firstUrl?: string): Place[] {
  const wanted = comparable(quote.slice(0, longestQuote))
  if (wanted.length < shortestQuote || quote.length > longestQuote) return []
  const places: Place[] = []
  const preferred = pages.filter(({ url }) => url === firstUrl)
  for (const page of [...preferred, ...pages.filter(({ url }) => url !== firstUrl)]) {
    for (let at = page.plain.indexOf(` ${wanted} `); at !== -1; at = page.plain.indexOf(` ${wanted} `, at + 1)) {
      places.push(placeAt(page, at + 1, at + 1 + wanted.length, wanted))
      if (places.length >= mostPlaces) return places
    }
  }
  return places
}

function placeAt({ url, path, segments, starts }: PageText, from: number, to: number, wanted: string): Place {
  let first = lastAtOrBefore(starts, from)
  const last = lastAtOrBefore(starts, to - 1)
  const { under } = segments[first]!
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
  for (let next = last + 1; next < last + 3 && segments[next]?.goesOn; next++) after += ` ${segments[next]!.text}`
  const whole = before + quoted + after
  const start = before.length + found.start
  const end = before.length + found.end
  return {
    url,
    path,
    under,
    beside,
    quote: quoted.slice(found.start, found.end),
    context: sentencesAround(whole, start, end),
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

function sentencesAround(text: string, start: number, end: number): string {
  const ending = /[.!?…](?=\s)/g
  let from = 0
  for (const match of text.slice(0, start).matchAll(ending)) from = match.index + 1
  const rest = /[.!?…](?=\s|$)/.exec(text.slice(Math.max(start, end - 1)))
  const to = rest ? Math.max(start, end - 1) + rest.index + 1 : text.length
  return text.slice(from, to).trim()
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

function* linesOf(text: string): Generator<string> {
  for (let from = 0; from <= text.length; ) {
    const newline = text.indexOf('\n', from)
    const to = newline === -1 ? text.length : newline
    yield text.slice(from, to).trim()
    from = to + 1
  }
}

function formOf(line: string): Segment['form'] {
  if (/^#{1,6} /.test(line)) return 'heading'
  if (line.startsWith('- ')) return 'item'
  return line.includes(' | ') ? 'row' : 'text'
}

/** A line in pieces that are not too long, parted at the end of a sentence or between words. */
function* pieces(line: string): Generator<string> {
  for (let from = 0; from < line.length; ) {
    let to = Math.min(line.length, from + longestSegment)
    if (to < line.length) {
      const piece = line.slice(from, to)
      const sentence = Math.max(piece.lastIndexOf('. '), piece.lastIndexOf('! '), piece.lastIndexOf('? ')) + 1
      const word = piece.lastIndexOf(' ')
      to = from + (sentence > longestSegment / 2 ? sentence : word > 0 ? word : longestSegment)
    }
    const piece = line.slice(from, to).trim().toWellFormed()
    if (piece) yield piece
    from = to
  }
}
