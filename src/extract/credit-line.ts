// "Site: …", "Design: …" name one's own as often; the others with a colon are credits.
const credit =
  /(?:(?:desenvolvid[oa]|criad[oa]|feit[oa]|produzid[oa]|projetad[oa]|cria[cç][aã]o|desenvolvimento|developed|designed|created|made|powered|produced|design|layout|web ?site|site|webdesign|programa[cç][aã]o)(?: (?:e|and|&) \p{L}+)?(?: (?:with|com) \S{1,10})? ?(?:por|pel[oa]|by)\b|(?:desenvolvid[oa]|cria[cç][aã]o|desenvolvimento|developed|designed|powered|webdesign)(?: (?:e|and|&) \p{L}+)? ?:)/giu
/** Where a credit is over: at the end of its line or of its sentence. */
const ending = /\n|[.!?]\s+\p{Lu}/u
const ourselves = /^\s*(?:nós|nos|nossa|nosso|profissionais|especialistas|uma equipe)\b/i
// Every credit has one of these.
const sign = / (?:[pP][oO][rR]|[pP][eE][lL][oOaA]|[bB][yY])\b|:/
/** How far before a place a credit may stand, in characters. */
export const creditReach = 140

/**
 * Whether what stands at `index` belongs to a credit ("Desenvolvido por …", "Site by …"): it follows one on the same
 * line, or on the next when the credit ends its line. Those names, numbers and addresses are the agency's.
 */
export function inCreditLine(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - creditReach), index)
  if (!sign.test(before)) return false
  let after: string | undefined
  for (const match of before.matchAll(credit)) after = before.slice(match.index + match[0].length)
  return after !== undefined && !ending.test(after.replace(/^[\s:|–-]+/, '')) && !ourselves.test(after)
}
