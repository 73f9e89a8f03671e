import { takeTurns } from '../../../take-turns.ts'
import { isPageOfOthers } from '../proof/whose-statement.ts'
import type { PageText, Segment, SiteText } from '../text/site-text.ts'

/** Lines of one page that stand together. */
export type Passage = { url: string; path: string; text: string; score: number }

const longestPassage = 1_200
/** Of a list of short lines, a menu or a footer, no more is said by more of it. */
const shortLine = 25

const pageScores: [score: number, path: RegExp][] = [
  [100, /^\/(?:(?:home|inicio|in%C3%ADcio|index|default|main|pt|pt-br|br)(?:\.\w{2,5})?\/?)?$/i],
  [95, /sobre|quem-?_?somos|empresa|institucional|historia|hist%C3%B3ria|conheca|about|who-?we-?are|company|nosotros/i],
  [15, /privacidade|termos|cookies|lgpd|privacy|terms|legal|politica|trocas|devoluc/i],
  [25, /blog|noticia|news|artigo|post|vagas|trabalhe|carreira|galeria|eventos|login|carrinho|cart|checkout/i],
  [
    85,
    /produto|servic|soluc|especialidade|linha|catalogo|portfolio|equipamento|tratamento|curso|atuacao|product|service|solution/i,
  ],
  [60, /cliente|segmento|certific|qualidade|diferencia|marca|parceiro|unidades|faq|client|quality/i],
  [50, /contat|contact|fale-?conosco|localizacao|onde-?estamos/i],
]

const aboutTheCompany =
  /\b(?:somos|nossa empresa|nossa hist[oó]ria|fundad[ao]|desde (?:19|20)\d\d|atuamos|oferecemos|especializad[ao]s?|fabricamos|prestamos|nossos? (?:servi[cç]os|produtos|clientes|diferencia)|miss[aã]o|certificad|we are|founded|we offer|our)\b/i
const smallPrint =
  /\b(?:cookies?|lgpd|todos os direitos|all rights|pol[ií]tica de privacidade|termos de uso|aceitar)\b/i

/**
 * The passages of a site, the most telling first: of the home page and those about the company and what it sells before
 * others, sentences before menus. A line that was on a page before is left out: what stands on every page is read once.
 * Pure, but that it takes turns.
 */
export async function rankPassages({ pages }: SiteText, signal?: AbortSignal): Promise<Passage[]> {
  const turn = takeTurns(signal)
  const ranked = pages
    .map((page, position) => ({ page, score: scoreOfPage(page, position) }))
    .filter(({ page }) => !isPageOfOthers(page.path))
    .sort((one, other) => other.score - one.score)
  const seen = new Set<string>()
  const passages: Passage[] = []
  for (const { page, score } of ranked) passages.push(...(await passagesOf(page, score, seen, turn)))
  return passages.sort((one, other) => other.score - one.score)
}

function scoreOfPage({ path }: PageText, position: number): number {
  if (position === 0) return 100
  // A name decides for the page; where none does, the pages that were read first are the likelier.
  const named = pageScores.slice(1).find(([, pattern]) => pattern.test(path))
  return (named?.[0] ?? (pageScores[0]![1].test(path) ? 90 : 40)) - Math.min(10, position)
}

async function passagesOf(
  { url, path, segments }: PageText,
  score: number,
  seen: Set<string>,
  turn: () => Promise<void> | undefined,
): Promise<Passage[]> {
  const passages: Passage[] = []
  let lines: string[] = []
  let length = 0
  const close = () => {
    const text = lines.join('\n')
    // A page's first lines say what it is about; what comes later says ever less.
    if (text) passages.push({ url, path, text, score: score + scoreOfText(lines) - Math.min(30, passages.length * 2) })
    lines = []
    length = 0
  }
  for (const segment of segments) {
    const due = turn()
    if (due) await due
    if (seen.has(segment.plain)) continue
    seen.add(segment.plain)
    const line = shown(segment)
    const opens = segment.form === 'heading' && length > longestPassage / 3
    if (length > 0 && (opens || length + line.length > longestPassage)) close()
    lines.push(line)
    length += line.length + 1
  }
  close()
  return passages
}

const marks: Partial<Record<Segment['form'], string>> = { heading: '# ', item: '- ', title: '# ' }
const shown = ({ form, text }: Segment): string => (marks[form] ?? '') + text

function scoreOfText(lines: readonly string[]): number {
  const text = lines.join('\n')
  const short = lines.filter((line) => line.length < shortLine).length / lines.length
  return (
    (aboutTheCompany.test(text) ? 15 : 0) +
    (/[.!?](?:\s|$)/.test(text) ? 5 : 0) -
    (short > 0.8 ? 15 : 0) -
    (smallPrint.test(text) ? 20 : 0)
  )
}

/**
 * Takes passages, as they come, into parts of no more than so many characters; what is left out has no part. A passage
 * longer than a part is cut. Pure.
 */
export function packPassages(
  passages: readonly Passage[],
  { characters, overhead, mostParts }: { characters: number; overhead: number; mostParts: number },
): Passage[][] {
  const parts: Passage[][] = []
  let part: Passage[] = []
  let length = 0
  for (const passage of passages) {
    const text = passage.text.slice(0, Math.max(1, characters - overhead)).toWellFormed()
    const cost = text.length + overhead
    if (length > 0 && length + cost > characters) {
      parts.push(part)
      if (parts.length === mostParts) return parts
      part = []
      length = 0
    }
    part.push({ ...passage, text })
    length += cost
  }
  if (part.length > 0) parts.push(part)
  return parts
}
