import type { Claim, CompanyProfile } from './company-profile.ts'
import { comparable, sentencesOf, wordsOf } from './comparable-text.ts'
import { confidenceOf } from './confidence.ts'
import type { SiteText } from './site-text.ts'
import { takeTurns } from './take-turns.ts'

export type FoundYear = { year: number; isPlain: boolean; quote: string }

const earliest = 1500
const month =
  '(?:\\d{1,2}º? de )?(?:(?:janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro) de )?(?:\\d{1,2}/\\d{1,2}/)?'
const founded =
  '(?:fundad[ao]s?|fundamos|funda[cç][aã]o|constitu[ií]d[ao]|inaugurad[ao]|estabelecid[ao] |nasceu|nascemos|surgiu|surgimos|(?:iniciou|iniciamos|deu in[ií]cio|início de) [^.!?\\n\\d]{0,20}(?:atividades|opera[cç][oõ]es|hist[oó]ria|trajet[oó]ria)|hist[oó]ria [^.!?\\n\\d]{0,20}(?:come[cç]ou|come[cç]a|teve in[ií]cio|inicia)|founded|established)'
const plainly = new RegExp(`(?<![\\p{L}])${founded}[^.!?\\n\\d]{0,60}?${month}(\\d{4})(?![\\d.,]*\\d)`, 'giu')
const since = new RegExp(`(?<![\\p{L}])(?:desde|since)(?: o ano)?(?: de| em)? ${month}(\\d{4})(?![\\d.,]*\\d)`, 'giu')
const copyright = /©|\(c\)|copyright|direitos reservados|rights reserved/i
/** Somebody or something else was founded, or has been so since: a partner, a customer, a law, a person's career. */
const somebodyElse =
  /\b(?:clientes?|parceir\w*|fornecedor\w*|membros?|associad\w*|filiad\w*|certificad\w*|credenciad\w*|homologad\w*|licenciad\w*|autorizad\w*|vigentes?|vigor|lei|portaria|norma|decreto|universidade|faculdade|cidade|municipio|bairro|igreja|formad\w*|graduad\w*|engenheir\w*|advogad\w*|medic[oa]|dr|dra|professor\w*|diretor\w*|filia(?:l|is)|unidade|loja|linha|site|blog|campanha|evento|premio|prefeitura|governo)\b/

/** The years in which a line says the company was founded: plainly, or as "desde 1998". Of `latest` or before. */
export function foundingYears(line: string, latest: number): FoundYear[] {
  if (!/\d{4}/.test(line) || copyright.test(line)) return []
  return sentencesOf(line).flatMap((sentence) => [
    ...yearsIn(sentence, plainly, latest).map((each) => ({ ...each, isPlain: true })),
    ...yearsIn(sentence, since, latest).map((each) => ({ ...each, isPlain: false })),
  ])
}

const longestQuote = 300
const reachBefore = 70

function yearsIn(sentence: string, pattern: RegExp, latest: number): Omit<FoundYear, 'isPlain'>[] {
  return [...sentence.matchAll(pattern)].flatMap((match) => {
    const year = Number(match[1])
    const said = comparable(sentence.slice(Math.max(0, match.index - reachBefore), match.index) + match[0])
    if (year < earliest || year > latest || somebodyElse.test(said)) return []
    return [{ year, quote: sentence.length <= longestQuote ? sentence : match[0] }]
  })
}

const othersPage = /parceir|client|depoimento|blog|noticia|equipe|team/i

/**
 * The year in which the site says its company was founded. A plain statement goes before a "desde"; of two years that
 * are stated alike the one on more pages stands, contested; where neither is on more, the site does not say it.
 */
export async function findFoundingYear(
  { pages }: SiteText,
  latest: number,
  signal?: AbortSignal,
): Promise<CompanyProfile['year_founded']> {
  const turn = takeTurns(signal)
  const found: (FoundYear & { url: string })[] = []
  const seen = new Map<string, FoundYear[]>()
  for (const { url, path, segments } of pages) {
    if (othersPage.test(path)) continue
    for (const { text, plain } of segments) {
      const due = turn()
      if (due) await due
      const years = seen.get(plain) ?? foundingYears(text, latest)
      if (years.length > 0) seen.set(plain, years)
      found.push(...years.map((each) => ({ ...each, url })))
    }
  }
  const plain = found.filter(({ isPlain }) => isPlain)
  const byYear = [...Map.groupBy(plain.length > 0 ? plain : found, ({ year }) => year)]
    .map(([year, places]) => ({ year, places, pages: new Set(places.map(({ url }) => url)).size }))
    .sort((one, other) => other.pages - one.pages)
  const [best, second] = byYear
  if (!best || second?.pages === best.pages) return null
  const isContested = new Set(found.map(({ year }) => year)).size > 1
  return {
    value: best.year,
    evidence: evidenceOf(best.places),
    confidence: confidenceOf({ pages: best.pages, isFoundByCode: true, doSourcesAgree: false, isContested }),
  }
}

function evidenceOf(places: readonly { url: string; quote: string }[]): Claim['evidence'] {
  const first = [...Map.groupBy(places, ({ url }) => url).values()].map((of) => of[0]!)
  return first.slice(0, 3).map(({ url, quote }) => ({ url, quote }))
}

/**
 * Whether a sentence speaks of a founding in that year in a form that `foundingYears` does not know. One that it does
 * know it has judged already, together with the rest of the site.
 */
export function isLooseFoundingStatement(
  { quote, context }: { quote: string; context: string },
  year: number,
): boolean {
  if (!wordsOf(quote).includes(String(year)) || copyright.test(context)) return false
  if (foundingYears(context, Number.POSITIVE_INFINITY).length > 0) return false
  const said = comparable(context)
  return loosely.test(said) && !somebodyElse.test(said)
}

const loosely =
  /\b(?:fund\w+|nasc\w+|inaugur\w+|surg\w+|inici\w+|comec\w+|abriu|abrimos|criou|founded|began|started|opened)\b/
