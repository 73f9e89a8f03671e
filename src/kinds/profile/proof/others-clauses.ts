import { comparable } from '../text/comparable-text.ts'

/** From and to where of a text, in characters. */
type Span = readonly [from: number, to: number]

const word = "[\\p{L}\\p{N}][\\p{L}\\p{N}&'’-]*"
const capital = `(?:\\p{Lu}[\\p{L}\\p{N}&'’-]*)`
const name = `(?:${capital}(?: (?:(?:de|da|do|das|dos|e|&) )?${capital}){0,5})`
/** What a company does, said of it in the third person. */
const verb =
  '(?:é|são|foi|foram|era|tem|têm|possu(?:i|em)|contam?|usam?|utilizam?|fabricam?|atuam?|oferecem?|vendem?|produz(?:em)?|prestam?|trabalham?|desenvolvem?|comercializam?|atendem?|realizam?|fornecem?|distribu(?:i|em)|nasceu|surgiu|conquistou|recebeu|ganhou|abriu|limpam?|fa(?:z|zem)|constr(?:ói|oem)|empregam?|operam?|mantêm|mantém|garantem?|entregam?|cresceu|começou|iniciou|comprou|reduziu|dão|dá|alcançou|is|are|was|has|have|makes?|offers?|sells?|provides?|employs?|won)'
/** Whoever does what follows is named: "a Petromar fabrica", "a Petromar, que usa moldes, fabrica". */
const subject = new RegExp(
  `(?<=^["“(\\s]*|[,;:–—]\\s|(?<!\\p{L})(?:[Qq]ue|[Mm]as|[Ee]nquanto|[Qq]uando|[Oo]nde|[Pp]orque|[Pp]ois|[Hh]oje|and|[Ww]hile|that)\\s|\\se\\s(?=[ao]s?\\s))(?<article>(?:[AaOo]s?|[Tt]he) )?(?<who>${name})(?:,[^,.;:!?]{1,80},|\\s\\([^)]{1,60}\\))?\\s(?=${verb}(?!\\p{L}))`,
  'gu',
)
/** A name, and after it what it has or is. */
const described = new RegExp(
  `(?<![\\p{L}])(?<place>(?:[Ee]m|[Nn][oa]s?|in|at) )?(?<article>(?:[AaOo]s?|d[ao]s?|pel[ao]s?|the|by) )?(?<who>${name})(?<link>,? (?:que|cuj[ao]s?|which|who|whose|that)\\s|, (?:com|with) (?=(?:mais de |cerca de |over |quase )?(?:\\d|uma? |dois |duas |três |dez ))|, (?=(?:(?:uma?|[ao]) )?(?:líder|leader|maior|largest|principal|empresa|companhia|multinacional|indústria|rede|grupo|hospital|banco|varejista|distribuidora|fabricante|don[ao]\\s|fundad[ao]|certificad[ao]|premiad[ao])))`,
  'gu',
)
/** "Em uma rede com 500 funcionários", "setor que tem 900 empresas": a company or a market that is not named. */
const unnamed =
  /(?<before>(?:\p{L}+\s){0,2})(?:(?:uma?|numa?|outr[ao]s?)\s(?:rede|empresa|grupo|ind[uú]stria|multinacional|companhia|hospital|banco|prefeitura|varejista)s?|(?:setor|mercado|segmento|cidade|munic[ií]pio|bairro|regi[aã]o|estado|pa[ií]s))(?:\s\p{Ll}+){0,2}?,?\s(?:que|com|cuj[ao]s?)\s/giu
/** "Fornecedores que possuem ISO", "o fabricante é certificado". */
const byTheirPart =
  /(?<!\p{L})(?:fornecedor(?:es)?|fabricantes?|parceir[oa]s?|concorrentes?|clientes?|suppliers?|manufacturers?)(?:\s\p{Ll}+)?,?\s(?=(?:que|com|cuj[ao]s?|é|são|possu(?:i|em)|têm|tem|who|that|which|is|are|ha(?:s|ve))\s)/giu
/** "Hospital Santa Fé (200 leitos)": in brackets after another organisation's name. */
const bracketed = new RegExp(
  `(?<who>(?:Hospital|Grupo|Supermercados?|Construtora|Banco|Escola|Col[eé]gio|Prefeitura|Rede|Ind[uú]strias?|Hotel|Usina|Cl[ií]nica|Universidade|Cooperativa|Companhia|Transportadora|Laborat[oó]rio|F[aá]brica)s? ${name})\\s(?=\\([^)]{1,80}\\))`,
  'gu',
)
const predicate = /\b(?:somos|e|sao|virou|tornamos|tornou|como|is|are)\s*$/
/** "Compramos da líder mundial", "desconto na maior rede": whoever is so is not the company. */
const ofTheGreatest =
  /(?<!\b(?:uma?|entre)\s)(?<!\p{L})(?:d[ao]s?|pel[ao]s?|from the|by the)\s(?=(?:líder|maior|principal|número um|leader|largest))/giu
/** Where the sentence returns to "we", or begins anew. */
const backToUs =
  /;|[,–—]\s(?:e\s|mas\s|and\s|but\s)?(?=(?:nós|noss[oa]s?|we|our|\p{L}+(?:amos|emos|imos|omos))(?!\p{L}))|\s(?:e|mas|and|but)\s(?=(?:nós|noss[oa]s?|we|our|\p{L}+(?:amos|emos|imos|omos))(?!\p{L}))/iu
/** A diction that only customers have. */
const customersVoice =
  /\b(?:recomendo|super indico|indico a todos|adorei|amei|fui (?:muito )?bem atendid\w+|minha experiencia|sou cliente|otimo atendimento|excelente atendimento|nota (?:10|dez)|parabens|i recommend|highly recommend)\b/
const reporting = new RegExp(
  `(?<!\\p{L})(?:disse|diz|conta|afirma|comenta|relata|explica|segundo|de acordo com|according to|says|said)\\s(?:[ao]s?\\s)?${capital}`,
  'u',
)
const attribution = new RegExp(`(?:[.!?”"»]\\s*|^)[—–-]+\\s?${capital}(?:\\s${capital})*[^.!?]{0,60}$`, 'u')

/**
 * The parts of a sentence in which somebody other than the company is who does, has or is something: the clause of a
 * subject with another name, and what is added to another's name ("a Beta, que tem 500 funcionários"). The other's name
 * itself is in none of them. `isOwn` tells of a name whether it is the company's, or no name at all.
 */
export function othersClauses(sentence: string, isOwn: (name: string, isBare: boolean) => boolean): Span[] {
  const spans: Span[] = []
  for (const { 0: whole, index, groups } of sentence.matchAll(subject)) {
    const { who = '', article } = groups!
    if (isOwn(who, !article)) continue
    const from = index + (article?.length ?? 0) + who.length
    spans.push([from, endOf(sentence, Math.max(from, index + whole.length))])
  }
  for (const { 0: whole, index, groups } of sentence.matchAll(described)) {
    const { who = '', place, article = '', link = '' } = groups!
    const isApposition = !/^,? (?:que|cuj|which|who|that|com|with)/i.test(link)
    // Where something is has no staff; what is called a company after all is no place.
    if ((place && !isApposition) || isOwn(who, index === 0 && !article)) continue
    const from = index + whole.length
    const close = isApposition ? sentence.indexOf(',', from) : -1
    spans.push([from, close === -1 ? endOf(sentence, from) : close])
  }
  for (const { 0: whole, index, groups } of sentence.matchAll(bracketed)) {
    if (isOwn(groups!.who!, false)) continue
    spans.push([index + whole.length, sentence.indexOf(')', index + whole.length) + 1])
  }
  for (const { 0: whole, index } of sentence.matchAll(byTheirPart)) {
    if (predicate.test(comparable(sentence.slice(0, index)))) continue
    spans.push([index + whole.length, endOf(sentence, index + whole.length)])
  }
  for (const { 0: whole, index } of sentence.matchAll(ofTheGreatest)) {
    const close = sentence.indexOf(',', index)
    spans.push([index + whole.length, close === -1 ? sentence.length : close])
  }
  for (const { 0: whole, index, groups } of sentence.matchAll(unnamed)) {
    if (predicate.test(comparable(groups!.before ?? ''))) continue
    spans.push([index + whole.length, endOf(sentence, index + whole.length)])
  }
  return spans
}

function endOf(sentence: string, from: number): number {
  const back = backToUs.exec(sentence.slice(from))
  return back ? from + back.index : sentence.length
}

/**
 * Whether words of a line are a customer's: they stand between quotation marks, or with the name of who said them.
 * `next` is the line below.
 */
export function isTestimony(line: string, at: number, next: string | undefined): boolean {
  const opened = line.slice(0, at + 1).search(/[“«](?![^”»]*[”»])[^”»]*$/u)
  if (opened !== -1 && isLong(line.slice(opened))) return true
  const straight = [...line.matchAll(/"/g)].map(({ index }) => index)
  const before = straight.filter((each) => each < at).length
  if (before % 2 === 1 && isLong(line.slice(straight[before - 1], straight[before]))) return true
  return (
    customersVoice.test(comparable(line)) ||
    reporting.test(line) ||
    attribution.test(line) ||
    (next !== undefined && isLong(line) && new RegExp(`^[—–]\\s?${capital}`, 'u').test(next))
  )
}

/** A word or two between quotation marks are a name or an irony. */
const isLong = (text: string): boolean => (text.match(new RegExp(word, 'gu')) ?? []).length > 4

/** A text without its spans: blanks stand in their place. */
export function without(text: string, spans: readonly Span[]): string {
  let left = text
  for (const [from, to] of spans) left = left.slice(0, from) + ' '.repeat(Math.max(0, to - from)) + left.slice(to)
  return left
}
