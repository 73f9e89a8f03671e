import { takeTurns } from '../../../take-turns.ts'
import type { Claim } from '../company-profile.ts'
import { confidenceOf } from '../confidence.ts'
import { othersClauses } from '../proof/others-clauses.ts'
import { isAboutOthers, isPageOfOthers } from '../proof/whose-statement.ts'
import { comparable, sentencesOf, wordsOf } from '../text/comparable-text.ts'
import { isKnown, isOwnName } from '../text/own-name.ts'
import { pagesWith } from '../text/places.ts'
import type { PageText, Segment, SiteText } from '../text/site-text.ts'

const shortest = 40
const longest = 450
/** Below this a sentence is a slogan as likely as not; one that names the company or its kind may have less. */
const leastScore = 4
const leastNamedScore = 2.2

const being =
  /\b(?:somos|sou|atua|atuamos|oferec\w+|fabric(?:a|amos|ante)|especializad\w+|dedica\w*|prest(?:a|amos|adora)|trabalh(?:a|amos) com|desenvolv(?:e|emos)|comercializ(?:a|amos)|produz(?:imos)?|atend(?:e|emos)|vend(?:e|emos)|realiz(?:a|amos)|fornec(?:e|emos)|distribu(?:i|imos)|constr(?:oi|uimos)|une|nasceu|surgiu|nossa missao|vem \w+ndo|we (?:are|offer|make|provide|sell)|is an?)\b/
/** Of the text as it stands: without its accent it is "and". */
const isA = /(?<!\p{L})é (?:um|uma|a|o|referência|especializad[ao]|líder|composta|formada) /iu
const kind =
  /\b(?:empresa|clinica|consultorio|escola|industria|loja|consultoria|escritorio|agencia|construtora|fabrica|centro|instituto|restaurante|padaria|oficina|grupo|laboratorio|distribuidora|transportadora|hotel|pousada|academia|cooperativa|companhia|startup|rede|company|clinic|firm|manufacturer)\b/
const firstPerson = /\b(?:somos|nossa (?:empresa|equipe|missao|clinica|consultorio|escola)|\w{3,}(?:amos|emos|imos))\b/
const invitation =
  /^(?:clique|saiba|confira|conheca|acesse|entre em contato|fale (?:conosco|com)|ligue|assine|baixe|preencha|cadastre|solicite|agende|marque|aproveite|compre|garanta|envie|digite|selecione|click|learn more|contact us|sign up|descubra|veja|aprenda|transforme|leve|experimente|visite|peca|discover|visit)\b/
const notDescribing: [points: number, pattern: RegExp][] = [
  [
    9,
    /\bcookies?\b|\blgpd\b|privacidade|direitos reservados|termos (?:de|e)|navegador|javascript|newsletter|visitantes|seus dados|experiencia de navegacao|\bcaptcha\b|este site|deste site|neste site/,
  ],
  [
    6,
    /\b(?:clique|saiba|confira|conheca|acesse|entre em contato|fale (?:conosco|com)|ligue|assine|baixe|preencha|cadastre|solicite|agende|marque|aproveite|compre|garanta|envie|digite|selecione|click|learn more|contact us|sign up)\b/,
  ],
  [4, /\br \d|\b(?:promocao|desconto|frete|parcel\w+|oferta)\b/],
  [4, /\b(?:recomendo|adorei|otimo atendimento|excelente atendimento|super indico|fui (?:muito )?bem)\b/],
  [3, /\b(?:dra?|engenheir[oa]|advogad[oa]|formad[oa] (?:na|em|pela)|graduad[oa]|diretor[a]?|socio)\b/],
  [6, /\b(?:noss[oa]s?|um|uma) (?:parceir|client|fornecedor|concorrent)\w+ \S+ /],
  [5, /\b(?:nao (?:somos|temos|oferec\w+|vend\w+|trabalh\w+))\b/],
  [3, /\bvoce\b/],
]
const aboutPath = /sobre|quem-?_?somos|empresa|institucional|historia|about/i
const lesserPath = /privac|termos|blog|notic|post|depoiment|cliente|parceir|vagas|curso|cookies/i

/**
 * The sentence of a site that says best what its company does, as it stands there; null where none does. The home
 * page's description of itself is one of them. Slogans without a verb, invitations, notices and what others say are not.
 */
export async function describeCompany(
  site: SiteText,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<Claim | null> {
  const turn = takeTurns(signal)
  const nameWords = new Set(names.flatMap(wordsOf).filter((word) => word.length >= 4))
  let best: { url: string; sentence: string; score: number } | undefined
  for (const [position, page] of site.pages.entries()) {
    if (isPageOfOthers(page.path)) continue
    for (const [index, segment] of page.segments.entries()) {
      const due = turn()
      if (due) await due
      if (!mayDescribe(segment)) continue
      for (const sentence of sentencesOf(paragraphAt(page, index))) {
        const { under } = segment
        if (isAboutOthers({ ...page, under, quote: sentence, context: sentence, beside: null })) continue
        if (speaksOfOthers(sentence, site, nameWords)) continue
        const own = scoreOf(sentence, segment, nameWords)
        const score = own.score + scoreOfPage(page, position) - Math.min(1, index / 100)
        const least = own.isNamed ? leastNamedScore : leastScore
        if (score >= least && score > (best?.score ?? 0)) best = { url: page.url, sentence, score }
      }
    }
  }
  if (!best) return null
  const pages = pagesWith(site, best.sentence).length
  return {
    value: best.sentence,
    evidence: [{ url: best.url, quote: best.sentence }],
    confidence: confidenceOf({ pages, isFoundByCode: true, doSourcesAgree: false, isContested: false }),
  }
}

const mayDescribe = ({ form, goesOn }: Segment): boolean => (form === 'text' && !goesOn) || form === 'description'

/** "A Ferrosul fabrica …", "usamos aço da Ferrosul, empresa …": it speaks of somebody else as well, and better not at all. */
function speaksOfOthers(sentence: string, { own, isCommonWord }: SiteText, nameWords: ReadonlySet<string>): boolean {
  if (nameWords.size === 0 && !isKnown(own)) return false
  const isOwn = (name: string, isBare: boolean): boolean => {
    const words = wordsOf(name)
    return (
      words.some((word) => nameWords.has(word)) ||
      kind.test(words[0] ?? '') ||
      isOwnName(name, own) ||
      ((isBare || words.length === 1) && isCommonWord(name))
    )
  }
  return othersClauses(sentence, isOwn).length > 0
}

/** A line with those that go on from it: a sentence may be broken over them. */
function paragraphAt({ segments }: PageText, index: number): string {
  let text = segments[index]!.text
  for (let next = index + 1; segments[next]?.goesOn && text.length < longest * 4; next++) {
    // Lines that are each a whole are a list without marks.
    if (!/^\p{Ll}/u.test(segments[next]!.text) && !/[,\p{Ll}]$/u.test(text)) break
    text += ` ${segments[next]!.text}`
  }
  return text
}

const nothing = { score: 0, isNamed: false }

function scoreOf(
  sentence: string,
  { form, text }: Segment,
  nameWords: ReadonlySet<string>,
): { score: number; isNamed: boolean } {
  if (sentence.length < shortest || sentence.length > longest || /[?:]$|…$|\.\.\.$/.test(sentence)) return nothing
  const plain = comparable(sentence)
  const words = plain.split(' ')
  if (words.length < 7 || sentence === sentence.toUpperCase()) return nothing
  const isWhole = /[.!]["”)]?$/.test(sentence)
  if (!isWhole && form !== 'description') return nothing
  // Lists of keywords have no small words.
  if (words.filter((word) => word.length <= 3).length < words.length * 0.15) return nothing
  const isNamed = words.some((word) => nameWords.has(word))
  const isOfKind = kind.test(plain)
  const penalty = notDescribing.reduce((sum, [points, pattern]) => sum + (pattern.test(plain) ? points : 0), 0)
  const score =
    (being.test(plain) || isA.test(sentence) ? 3.5 : 0) +
    (isOfKind ? 1.5 : 0) +
    (isNamed ? 2 : 0) +
    (firstPerson.test(plain) ? 1.5 : 0) +
    (form === 'description' ? 1.5 : 0) +
    (/^["“”']/.test(text) ? -4 : 0) +
    (words.length >= 12 ? 0.5 : 0) -
    penalty -
    (invitation.test(plain) ? 6 : 0)
  return { score, isNamed: isNamed || isOfKind }
}

function scoreOfPage({ path }: PageText, position: number): number {
  if (lesserPath.test(path)) return -2
  return aboutPath.test(path) ? 1.5 : position === 0 ? 1 : 0
}
