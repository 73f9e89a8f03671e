import type { Company } from '../company.ts'
import { nameWords, tellingWords } from './name-words.ts'
import { isTrade, vagueTrades } from './trades.ts'

/** "Início", "Bem-vindo", "Contato": what titles have besides a name. */
const titleWords = new Set(
  'inicio home bem vindo vinda vindos pagina principal inicial contato desde official brazil'.split(' '),
)
const stem = (word: string): string => word.slice(0, 5)

/**
 * Whose name the heads of a site (title, heading, site name) give, if not plainly the company's: `trade`, a name of its first
 * word with another trade than the company's ("Zanella Materiais" for Zanella Transportes); `longer`, its whole name with more
 * behind it ("Clínica Paulista de Olhos"). Null where one head has the name as it is, or none has anything of it.
 */
export function whoseName(
  { names, municipio, activity }: Company,
  heads: readonly string[],
): 'trade' | 'longer' | null {
  const known = new Set([...names, municipio ?? '', activity ?? ''].flatMap(nameWords).map(stem))
  const trades = names.flatMap(nameWords).filter(isTrade)
  const brands = names.flatMap((name) => {
    const [word] = nameWords(name)
    return word && tellingWords(name, municipio).includes(word) ? [word] : []
  })
  let found: 'trade' | 'longer' | null = null
  for (const part of heads.flatMap((head) => head.split(/[|–—:•·]|\s-\s/))) {
    const said = nameWords(part)
    const others = said.filter((word) => !known.has(stem(word)) && !titleWords.has(word) && !vagueTrades.has(word))
    const whole = names.map(nameWords).find((words) => words.length > 0 && words.every((word) => said.includes(word)))
    if (whole) {
      if (others.length === 0) return null
      found ??= 'longer'
    } else if (brands.some((brand) => said.includes(brand))) {
      if (others.length === 0) return null
      if (trades.length > 0 && others.some(isTrade) && !said.some((word) => trades.includes(word))) found = 'trade'
    }
  }
  return found
}
