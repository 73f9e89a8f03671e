import type { Company } from '../company.ts'
import { plain } from './name-words.ts'
import { headingsOf, quoted, type SitePage } from './site-pages.ts'

/** What buys expired domains for the visitors they still have. One such word is said of much else; three make a subject. */
const subjects = [
  [/\bcass?inos?\b/, /\bapostas?\b|\bbets?\b|\bbetting\b/, /caca.?niquei?s|\bslots?\b/, /\broleta\b|\bblackjack\b|\bpoker\b|\bbacara\b/,
    /\btigrinho\b|fortune (?:tiger|ox|rabbit|mouse)|\baviator\b/, /rodadas gratis|free spins|bonus (?:sem deposito|de (?:boas.vindas|\d+ ?%))/],
  [/\bacompanhantes?\b|\bescorts?\b/, /garotas? de programa/, /\bporno?\b|\bxxx\b|\bvideos? adultos?/, /\bsexo\b|\bsex\b/],
  [/\bviagra\b/, /\bcialis\b|\btadalafila?\b/, /\blevitra\b|\bsildenafila?\b/, /sem receita|without prescription|disfuncao eretil/],
] // biome-ignore format: a table
const leastWords = 3
/** Who does such things may say so. */
const inTheTrade =
  /cass?ino|aposta|loteri|\bbets?\b|\bjogos? de azar|acompanhante|\beroti|\bsex|farmac|drogaria|medicament/

/** Where a site's first page is about gambling and the like, which a company of another trade has nothing to do with. */
export function takenOverMark(company: Company, [first]: readonly SitePage[]): { url: string; quote: string } | null {
  if (!first || [...company.names, company.activity ?? ''].some((each) => inTheTrade.test(plain(each)))) return null
  const heads = [first.title, first.page.siteName, ...headingsOf(first).slice(0, 2)].filter((head) => head !== null)
  const said = plain([...heads, first.text].join('\n'))
  for (const subject of subjects) {
    const head = heads.find((each) => each && subject.some((word) => word.test(plain(each))))
    if (head && subject.filter((word) => word.test(said)).length >= leastWords) {
      return { url: first.url, quote: quoted(head) }
    }
  }
  return null
}
