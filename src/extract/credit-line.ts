// "Site: …", "Design: …" name one's own as often; the others with a colon are credits.
// Not `\p{L}`: with the flag `u` the search takes three times as long.
const word = '[a-zà-ÿ]{1,30}'
const site = '(?:web ?)?(?:sites?|p[aá]ginas?|lojas? virtua(?:l|is))'
const ofSite = ` (?:(?:e|&) ${word} )?(?:web|d[aeo]s? ${site})`
const making = `cria[cç][aã]o(?:${ofSite})?|desenvolvimento(?:${ofSite})?|manuten[cç][aã]o${ofSite}`
const done =
  'desenvolvid[oa]|criad[oa]|feit[oa]|produzid[oa]|projetad[oa]|developed|designed|created|made|powered|produced|hosted'
const work = 'design|layout|web ?site|site|web ?design|programa[cç][aã]o'
const label = `desenvolvid[oa]|${making}|developed|designed|powered|web ?design(?:er)?|web ?master|hospedagem(?:${ofSite})?|hosting`
const also = `(?: (?:e|and|&) ${word})?`
const credit = new RegExp(
  `(?:${done}|${making}|${work})${also}(?: (?:with|com) \\S{1,10})? ?(?:por|pel[oa]|by)\\b|hospedad[oa] (?:por|pel[oa]|em|n[ao])\\b|(?:${label})${also} ?:`,
  'gi',
)
/** Where a credit is over: at the end of its line or of its sentence. */
const ending = /\n|[.!?]\s+\p{Lu}/u
const ourselves = /^\s*(?:nós|nos|nossa|nosso|profissionais|especialistas|uma equipe)\b/i
// Every credit has one of each.
const maker =
  /desenv|cria[cçd]|feit|produ[zc]|projetad|develop|design|creat|made|power|host|hosped|manuten|layout|site|web|programa/i
const sign = / (?:[pP][oO][rR]|[pP][eE][lL][oOaA]|[bB][yY]|[eE][mM]|[nN][aAoO])\b|:/
/** How far before a place a credit may stand, in characters. */
export const creditReach = 140

// "Hospedagem: (84) 3234-5500" is a hotel's desk rather than a computer somewhere.
const lodging =
  /hot[eé]is|hotel|pousada|hostel|h[oó]spede|di[aá]rias?\b|chal[eé]s?\b|su[ií]tes?\b|quartos?\b|check-?in|camping|resort|caf[eé] da manhã/i
/** How far before a place something of lodging may stand that makes "Hospedagem" no credit, in characters. */
export const lodgingReach = 2_000

/**
 * Whether what stands at `index` belongs to a credit ("Desenvolvido por …", "Site by …", "Webmaster: …"): it follows one
 * on the same line, or on the next when the credit ends its line. Those names, numbers and addresses are the agency's.
 */
export function inCreditLine(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - creditReach), index)
  if (!sign.test(before) || !maker.test(before)) return false
  let after: string | undefined
  let words = ''
  for (const match of before.matchAll(credit)) {
    words = match[0]
    after = before.slice(match.index + words.length)
  }
  if (after === undefined || ending.test(after.replace(/^[\s:|–-]+/, '')) || ourselves.test(after)) return false
  return !/^hospedagem ?:/i.test(words) || !lodging.test(text.slice(Math.max(0, index - lodgingReach), index))
}

const bareCredit =
  /^(?:cria[cç][aã]o (?:de|do) (?:web ?)?sites?|desenvolvimento (?:web|d[eo] sites?)|web ?design(?:er)?|web ?master|ag[eê]ncia (?:digital|web))$/i
const longestCredit = 120
/** What may stand before a credit's own words: "©", "Este site foi". */
const beforeCredit = 25

/** Whether the whole text of a link is a credit: "Site por Agência Sol", "Criação de sites". */
export function isCredit(text: string): boolean {
  if (text === '' || text.length > longestCredit) return false
  if (bareCredit.test(text)) return true
  if (!sign.test(text)) return false
  const [first] = text.matchAll(credit)
  return first !== undefined && first.index < beforeCredit && !ourselves.test(text.slice(first.index + first[0].length))
}
