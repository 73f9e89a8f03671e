import { takeTurns } from '../../../take-turns.ts'
import type { Claim, CompanyProfile } from '../company-profile.ts'
import { confidenceOf } from '../confidence.ts'
import { isPageOfOthers } from '../proof/whose-statement.ts'
import { comparable, sentencesOf, wordsOf } from '../text/comparable-text.ts'
import type { SiteText } from '../text/site-text.ts'

export type FoundYear = { year: number; isPlain: boolean; quote: string }

const earliest = 1800
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

/**
 * The years in which a line says the company was founded: plainly, or as "desde 1998". Of 1800 to `latest`. The company
 * is who is not named, "we", "a empresa", or one of `names`; of whomever else a sentence speaks, its years are theirs.
 */
export function foundingYears(line: string, latest: number, names: readonly string[] = []): FoundYear[] {
  if (!/\d{4}/.test(line) || copyright.test(line)) return []
  return sentencesOf(line).flatMap((sentence) => [
    ...yearsIn(sentence, plainly, latest, names).map((each) => ({ ...each, isPlain: true })),
    ...yearsIn(sentence, since, latest, names).map((each) => ({ ...each, isPlain: false })),
  ])
}

const longestQuote = 300
/** "Fundação Farol em 1956" is a foundation, and "nasceu o bebê" another birth. */
const foundation = /^(?:[Ff]unda[cç][aã]o \p{Lu}|[Nn]asceu o \p{Ll})/u
const amount =
  /^\s*(?:reais|d[oó]lares|unidades|pe[cç]as|clientes|pessoas|metros|m²|km|horas|funcion\S+|colaboradores|alunos|produtos|vagas|%)/iu

function yearsIn(
  sentence: string,
  pattern: RegExp,
  latest: number,
  names: readonly string[],
): Omit<FoundYear, 'isPlain'>[] {
  return [...sentence.matchAll(pattern)].flatMap((match) => {
    const year = Number(match[1])
    const before = sentence.slice(0, match.index)
    const after = sentence.slice(match.index + match[0].length)
    if (year < earliest || year > latest || amount.test(after) || foundation.test(match[0])) return []
    if (
      somebodyElse.test(comparable(before + match[0])) ||
      !isOfCompany(before, match[0], after, pattern === since, names)
    ) {
      return []
    }
    return [{ year, quote: sentence.length <= longestQuote ? sentence : match[0] }]
  })
}

const company =
  /\b(?:empresa|companhia|clinica|escola|industria|loja|consultoria|construtora|fabrica|padaria|oficina|escritorio|negocio|company|firm)\b/
const we =
  /\b(?:nos|somos|fomos|estamos|noss[oa]s?|nascemos|surgimos|fundamos|iniciamos|\w{3,}(?:amos|emos|imos)|we|our)\b/
const without = /^(?:(?:e|foi|no|em|ano|de|a|o|desde|sua|seu|com|mercado|since|established|founded) )*$/
const sinceThen =
  /^(?:(?:no|na|em|a|o|de|com|ha) )*(?:mercado|ramo|setor|experiencia|tradicao|qualidade|historia|oferec\w+|\w{3,}[aei]ndo|\w{3,}(?:amos|emos|imos)|in business)\b/
const denies = /\b(?:nao|nunca|jamais|nem|not|never)\b/
const opening = new Set(
  wordsOf(
    `a o as os um uma e em no na nos nas com de da do desde há nossa nosso nossas nossos somos fomos estamos nascemos
    fundada fundado fundamos empresa sua seu ela foi the our we since founded established company janeiro fevereiro março
    abril maio junho julho agosto setembro outubro novembro dezembro`,
  ),
)

const formal = new Set('ltda s a sa me epp eireli cnpj'.split(' '))
const joins = new Set('de da do das dos e'.split(' '))

/** Whether a sentence up to its year speaks of the company, and of nobody else by a name. */
function isOfCompany(before: string, said: string, after: string, isSince: boolean, names: readonly string[]): boolean {
  if (/["“”«»]/.test(before) || denies.test(comparable(before))) return false
  const own = new Set(names.flatMap(wordsOf))
  const isForeign = (token: string, index: number): boolean => {
    const [plain = ''] = wordsOf(token)
    if (own.has(plain) || opening.has(plain)) return false
    // What opens a sentence has a capital anyway: a noun of the company's kind, a verb of "we".
    return !(index === 0 && (company.test(plain) || we.test(plain)))
  }
  // What goes on from the company's name is its own: "a Aurora Moldes e Peças Ltda, CNPJ …".
  let goesOn = false
  for (const { 0: token, index } of before.matchAll(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*|[,;()]/gu)) {
    if (/^\p{Lu}/u.test(token)) {
      if (formal.has(comparable(token))) continue
      const isOthers = isForeign(token, index)
      if (isOthers && !goesOn) return false
      goesOn ||= own.has(wordsOf(token)[0] ?? '')
    } else if (!joins.has(token)) goesOn = false
  }
  const plain = comparable(before)
  const isNamed = wordsOf(before).some((word) => word.length >= 3 && own.has(word))
  if (isNamed || we.test(plain) || company.test(plain)) return true
  if (!without.test(plain === '' ? '' : `${plain} `)) return false
  if (!isSince) return true
  const rest = comparable(after)
  return rest === '' || sinceThen.test(rest) || we.test(rest) || company.test(comparable(said))
}

const othersPage = /parceir|client|depoimento|equipe|team/i

/**
 * The year in which the site says its company was founded. A plain statement goes before a "desde"; of two years that
 * are stated alike the one on more pages stands, contested; where neither is on more, the site does not say it.
 */
export async function findFoundingYear(
  { pages }: SiteText,
  latest: number,
  { names = [], signal }: { names?: readonly string[]; signal?: AbortSignal } = {},
): Promise<CompanyProfile['year_founded']> {
  const turn = takeTurns(signal)
  const found: (FoundYear & { url: string })[] = []
  const seen = new Map<string, FoundYear[]>()
  for (const { url, path, segments } of pages) {
    if (othersPage.test(path) || isPageOfOthers(path)) continue
    for (const { text, plain } of segments) {
      const due = turn()
      if (due) await due
      const years = seen.get(plain) ?? foundingYears(text, latest, names)
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
 * Whether a sentence speaks of the company's founding in that year in a form that `foundingYears` does not know. One that
 * it does know it has judged already, together with the rest of the site.
 */
export function isLooseFoundingStatement(
  { quote, context }: { quote: string; context: string },
  year: number,
  names: readonly string[] = [],
  latest = new Date().getUTCFullYear(),
): boolean {
  if (!Number.isInteger(year) || year < earliest || year > latest) return false
  if (!wordsOf(quote).includes(String(year)) || copyright.test(context)) return false
  if (/["“”«»]/.test(context) || context.search(plainly) !== -1 || context.search(since) !== -1) return false
  const said = comparable(context)
  const own = names.flatMap(wordsOf)
  const isOwn = ours.test(said) || own.some((word) => word.length >= 3 && said.split(' ').includes(word))
  return (
    isOwn &&
    loosely.test(said) &&
    new RegExp(
      `\\b(?:em|de|ano|desde|in|since) ${year}(?! (?:pecas|clientes|unidades|reais|pessoas|produtos))\\b`,
    ).test(said) &&
    !denies.test(said) &&
    !somebodyElse.test(said)
  )
}

const ours =
  /\b(?:nascemos|surgimos|fundamos|abrimos|comecamos|iniciamos|demos inicio|fomos|noss[oa]s?|a empresa|our|we)\b/
const loosely =
  /\b(?:nascemos|surgimos|fundamos|fomos fundad\w+|foi (?:fundad|criad)a|(?:abrimos|abriu) (?:as|nossas|suas) portas|(?:comecamos|comecou|iniciamos|iniciou|demos inicio|deu inicio) (?:\S+ ){0,2}(?:atividades|operacoes|historia|trajetoria|jornada)|opened (?:our|its) doors|we (?:were founded|started|began))\b/
