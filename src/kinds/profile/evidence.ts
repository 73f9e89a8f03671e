import { comparable, sentencesOf, wordsOf } from './comparable-text.ts'
import { affirmedWords, negators } from './negation.ts'
import type { Statement } from './site-text.ts'

/**
 * How much of a value its quotes must carry. `name`: every word, for a name is copied. `summary`: most, for a summary
 * bends words and joins them with its own.
 */
export type Strictness = 'name' | 'summary'

/** Of a summary's words so many must stand in its quotes, and of each item that it lists, half. */
const shareOfAll = 0.7
const shareOfItem = 0.5

/**
 * Whether statements carry what a value says. A quote that stands in the page proves nothing about a value that it does
 * not mention, and none about one that its sentence denies ("não vendemos …"). Demanded are every number, abbreviation
 * and proper name of the value, every word that boasts ("líder", "certificada"), and of the others all (`name`) or most
 * (`summary`), in this or another form of the word; of a list, something of each item.
 */
export function supports(statements: readonly Statement[], value: string, strictness: Strictness = 'summary'): boolean {
  const words = wordsOf(value)
  if (words.length === 0) return false
  const denies = words.filter((word) => negators.has(word))
  const quoted = statements.flatMap(({ quote }) => wordsOf(quote))
  // What denies something is proved by words that deny it.
  if (denies.some((word) => !quoted.includes(word))) return false
  const said = new Set(denies.length > 0 ? quoted : statements.flatMap(affirmedWords))
  const isSaid = createIsSaid(said)

  if (words.some((word) => /\d/.test(word) && !said.has(word))) return false
  if (demanded(value).some((word) => !isSaid(word))) return false
  const telling = words.filter(isTelling)
  if (telling.length === 0) return words.every((word) => said.has(word))
  if (strictness === 'name') return telling.every(isSaid)
  const share = (of: readonly string[]) => of.filter(isSaid).length / of.length
  return (
    share(telling) >= shareOfAll &&
    itemsOf(value).every((item) => {
      const own = wordsOf(item).filter(isTelling)
      return own.length === 0 || share(own) >= shareOfItem
    })
  )
}

/** The sentences of a summary that statements carry, and how many they do not. */
export function supportedSentences(
  statements: readonly Statement[],
  text: string,
): { supported: string[]; unsupported: number } {
  const sentences = sentencesOf(text)
  const supported = sentences.filter((sentence) => supports(statements, sentence))
  return { supported, unsupported: sentences.length - supported.length }
}

/** A word is said in another form if more than six tenths of the longer one begin both: "fabrica", "fabricação". */
const sameShare = 0.6
const shortestStem = 4

const isFormOf = (one: string, other: string): boolean => {
  if (one === other) return true
  const longer = Math.max(one.length, other.length)
  let same = 0
  while (same < one.length && one[same] === other[same]) same++
  return same >= shortestStem && same > longer * sameShare
}

function createIsSaid(said: ReadonlySet<string>): (word: string) => boolean {
  const known = new Map<string, boolean>()
  const byStart = Map.groupBy(said, (word) => word.slice(0, shortestStem))
  return (word) => {
    const before = known.get(word)
    if (before !== undefined) return before
    const isSaid =
      said.has(word) || (byStart.get(word.slice(0, shortestStem)) ?? []).some((each) => isFormOf(word, each))
    known.set(word, isSaid)
    return isSaid
  }
}

// What a summary is put together with, in its own words.
const joints = new Set(
  wordsOf(
    `empresa empresas companhia organização negócio marca grupo atua atuando atuação oferece oferecem oferecendo oferta
    realiza realizando trabalha trabalhando presta prestando fornece fornecendo dispõe possui conta além também entre
    para como pela pelo pelas pelos sobre através meio diversos diversas vários várias outros outras incluindo inclusive
    seus suas esta este essa esse isso assim área áreas ramo setor segmento mercado soluções solução produtos produto
    serviços serviço clientes cliente voltada voltado voltados voltadas dedicada dedicado focada focado especializada
    especializado especializadas especializados localizada localizado situada sediada fundada desde mais menos todo toda
    todos todas onde qual quais quando company companies offers provides that with from this their which also based`,
  ),
)
const isTelling = (word: string): boolean => word.length >= 4 && !joints.has(word) && !/\d/.test(word)

// Each makes a claim of its own, whatever else the sentence says.
const boast =
  /^(?:lider(?:es|anca)?|maior(?:es)?|melhor(?:es)?|unic[oa]s?|pioneir[oa]s?|premiad[oa]s?|certificad[oa]s?|certificac(?:ao|oes)|homologad[oa]s?|credenciad[oa]s?|autorizad[oa]s?|exclusiv[oa]s?|multinacional|internacional|mundial|nacional|global|sustentave(?:l|is)|gratuit[oa]s?|garantid[oa]s?|leader|leading|largest|best|only|award|certified|exclusive)$/

/** What a value cannot take from nowhere: abbreviations, names in the middle of a sentence, boasts. */
function demanded(value: string): string[] {
  const isShouted = value === value.toUpperCase()
  const tokens = value.match(/[\p{L}\p{N}][\p{L}\p{N}&'’-]*/gu) ?? []
  const first = tokens[0]
  return tokens.flatMap((token) => {
    const plain = comparable(token).split(' ').filter(Boolean)
    const isAbbreviation = !isShouted && /^\p{Lu}[\p{Lu}\p{N}&-]+$/u.test(token)
    const isName = !isShouted && token !== first && /^\p{Lu}\p{Ll}/u.test(token) && token.length > 2
    return plain.filter((word) => boast.test(word) || ((isAbbreviation || isName) && !joints.has(word)))
  })
}

/** The things that a sentence lists, or the one that it is about. */
const itemsOf = (text: string): string[] =>
  text.split(/[,;:/()]|\s(?:e|ou|bem como|além de|and|or|as well as)\s/u).filter((item) => item.trim() !== '')
