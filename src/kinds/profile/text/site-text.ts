import { takeTurns } from '../../../take-turns.ts'
import type { StoredPage } from '../../stored-pages.ts'
import { isBareDenial } from '../proof/negation.ts'
import { comparable } from './comparable-text.ts'
import { withoutRivals } from './comparison-tables.ts'
import { isOrderToModel, isTemplateText } from './not-a-statement.ts'
import { type OwnName, ownNameOf } from './own-name.ts'
import { shown } from './shown.ts'

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
export type SiteText = {
  pages: PageText[]
  own: OwnName
  /** Whether a word with a capital is none but by its place: the site writes it in small letters as well. */
  isCommonWord: (word: string) => boolean
}

const longestSegment = 1_000
/** A page of more lines is a list that no profile needs whole. */
const mostSegments = 20_000

/**
 * Folds the pages of a site. What is a template's, or is addressed to a model, is left out: it is no statement. The
 * title and the description count as text of their page. Takes turns with other work.
 */
export async function readSiteText(pages: readonly StoredPage[], signal?: AbortSignal): Promise<SiteText> {
  const turn = takeTurns(signal)
  const texts: PageText[] = []
  const own = ownNameOf(pages)
  for (const { url, title, description, text } of pages) {
    const segments: Segment[] = []
    let isOrdered = false
    const add = (written: string, form: Segment['form'], under: string, goesOn: boolean) => {
      const piece = shown(written)
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
    for (const line of withoutRivals(linesOf(text), own)) {
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
        // A whole page may be one line.
        const isDue = turn()
        if (isDue) await isDue
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
  return { pages: texts, own, isCommonWord: commonWords(texts) }
}

/** Looked for when asked, and once for each word. */
function commonWords(pages: readonly PageText[]): (word: string) => boolean {
  const known = new Map<string, boolean>()
  return (word) => {
    const small = word.toLowerCase()
    const isCommon =
      known.get(small) ??
      pages.some(({ plain, segments }) => {
        const wanted = ` ${comparable(small)} `
        // The folded text is searched first: it is one string.
        return (
          plain.includes(wanted) &&
          segments.some(({ text }) => ` ${text} `.replace(/[,.;:()]/g, ' ').includes(` ${small} `))
        )
      })
    known.set(small, isCommon)
    return isCommon
  }
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
