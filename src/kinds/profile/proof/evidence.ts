import { comparable, sentencesOf, wordsOf } from '../text/comparable-text.ts'
import type { Statement } from '../text/places.ts'
import { affirmedWords, negators } from './negation.ts'

/**
 * How the words of a value must stand in a quote. `exact`: as they are, next to each other, for a name is copied. `name`:
 * in their order, in one sentence, also in another number or gender. `summary`: each thing that it lists, in one
 * sentence, also in another person of the verb.
 */
export type Strictness = 'exact' | 'name' | 'summary'

/**
 * Whether statements carry what a value says. A quote that stands in the page proves nothing about a value that it does
 * not mention, and none about one that its sentence denies ("não vendemos …"). Every word must stand in a quote but those
 * that only join ("de", "empresa", "oferece"); a number next to the same word; names in the same order; and a value that
 * denies something, word by word.
 */
export function supports(statements: readonly Statement[], value: string, strictness: Strictness = 'summary'): boolean {
  return carrying(statements, value, strictness).length > 0
}

/** The statements that carry a value together; none where they do not. */
export function carrying(
  statements: readonly Statement[],
  value: string,
  strictness: Strictness = 'summary',
): Statement[] {
  const words = wordsOf(value)
  if (words.length === 0) return []
  const isDenial = words.some((word) => negators.has(word))
  const said = statements
    .flatMap((statement) => sentencesSaid(statement, isDenial))
    .filter(({ text }) => strictness === 'summary' || hasFigures(text, value))
  const first = (isCarried: (words: readonly string[], text: string) => boolean): Statement[] =>
    said
      .filter((sentence) => isCarried(sentence.words, sentence.text))
      .slice(0, 1)
      .map(({ statement }) => statement)

  if (strictness === 'exact') return first((own, text) => isRun(own, words, same) && isWrittenAlike(text, value))
  if (isDenial) return first((own) => isRun(own, words, isFormOf))
  const telling = words.filter(isTelling)
  // "De." says nothing; a value of joints alone must be copied.
  if (telling.length === 0) return words.every((word) => word.length < 4) ? [] : first((own) => isRun(own, words, same))
  const names = namesIn(value)
  const carries = (own: readonly string[], part: string): boolean => {
    const of = wordsOf(part)
    return (
      of.filter(isTelling).every((word) => own.some((each) => (names.has(word) ? same : isFormOf)(word, each))) &&
      numbersAgree(own, of)
    )
  }
  if (strictness === 'name') return first((own) => carries(own, value) && isInOrder(own, telling))
  // What opens a sentence may be a name too.
  const ordered = words.filter((word) => names.has(word) || (names.size > 0 && word === telling[0]))
  if (ordered.length > 1 && first((own) => isInOrder(own, ordered)).length === 0) return []
  const found: Statement[] = []
  for (const item of itemsOf(value)) {
    const of = first((own) => carries(own, item) && isInOrder(own, wordsOf(item).filter(isTelling)))
    if (of.length === 0) return []
    found.push(...of)
  }
  return [...new Set(found)]
}

/**
 * The sentences of a summary that statements carry, how many they do not, and the statements that do. A sentence may
 * begin with the company's name where the site says "we".
 */
export function supportedSentences<Of extends Statement>(
  statements: readonly Of[],
  text: string,
  name?: string,
): { supported: string[]; unsupported: number; carriers: Of[] } {
  const own = statements.filter(({ context }) => weForm.test(comparable(context)))
  const sentences = sentencesOf(text)
  const supported: string[] = []
  const carriers = new Set<Statement>()
  for (const sentence of sentences) {
    const plain = comparable(sentence)
    const subject = name && new RegExp(`^(?:(?:a|o) )?${comparable(name)} `).exec(plain)?.[0]
    const direct = carrying(statements, sentence)
    const by = direct.length > 0 || !subject ? direct : carrying(own, plain.slice(subject.length))
    if (by.length === 0) continue
    supported.push(sentence)
    for (const each of by) carriers.add(each)
  }
  return {
    supported,
    unsupported: sentences.length - supported.length,
    carriers: statements.filter((each) => carriers.has(each)),
  }
}

const weForm = /\b(?:somos|temos|noss[oa]s?|\w{3,}(?:amos|emos|imos)|we|our)\b/

type Sentence = { words: string[]; text: string; statement: Statement }

/** The sentences of a quote, without the words that are denied. */
function sentencesSaid(statement: Statement, isDenial: boolean): Sentence[] {
  const affirmed = new Set(affirmedWords(statement))
  return sentencesOf(statement.ours ?? statement.quote).map((text) => {
    const words = wordsOf(text)
    // A word that is denied parts those beside it.
    return { words: isDenial ? words : words.map((word) => (affirmed.has(word) ? word : '')), text, statement }
  })
}

const same = (one: string, other: string): boolean => one === other

function isRun(
  own: readonly string[],
  wanted: readonly string[],
  isAlike: (one: string, other: string) => boolean,
): boolean {
  return own.some((_, at) => wanted.every((word, index) => isAlike(word, own[at + index] ?? '')))
}

function isInOrder(own: readonly string[], wanted: readonly string[]): boolean {
  let at = 0
  return wanted.every((word) => {
    const found = own.findIndex((each, index) => index >= at && isFormOf(word, each))
    at = found + 1
    return found !== -1
  })
}

/** "Pará" is not "para": a name with a capital stands in the page with one too. */
function isWrittenAlike(text: string, value: string): boolean {
  if (!/^\p{Lu}/u.test(value)) return true
  const [start = ''] = wordsOf(value)
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).some(
    (token) => wordsOf(token)[0] === start && /^[\p{Lu}\p{N}]/u.test(token),
  )
}

/** Of each number and superlative the next word, or where none follows the one before, is the same in the quote. */
function numbersAgree(own: readonly string[], value: readonly string[]): boolean {
  const near = (of: readonly string[], at: number, step: 1 | -1): string | undefined => {
    let next = at + step
    while (of[next] !== undefined && step === 1 && small.has(of[next]!)) next += step
    return of[next]
  }
  return value.every((word, at) => {
    const isNumber = /\d/.test(word)
    if (!isNumber && !superlatives.test(word)) return true
    const step = near(value, at, 1) === undefined ? -1 : 1
    const beside = near(value, at, step)
    return own.some(
      (each, index) =>
        (isNumber ? each === word : isFormOf(word, each)) &&
        (beside === undefined || isFormOf(beside, near(own, index, step) ?? '')),
    )
  })
}

/** "Líder em aço" is not "líder em moldes". */
const superlatives =
  /^(?:lider(?:es)?|leaders?|maior(?:es)?|largest|melhor(?:es)?|best|primeir[oa]s?|unic[oa]s?|referencias?)$/
/** "10.500" is one figure, and not "10 por 500". */
const figures = /\d+(?:[.,]\d+)+/g
const hasFigures = (text: string, value: string): boolean =>
  [...value.matchAll(figures)].every(([figure]) =>
    text.replace(/[.,](?=\d)/g, '').includes(figure.replace(/[.,]/g, '')),
  )

const shortestStem = 4
// Number, gender and person; another tense, or a word made of the other, says something else.
const endings = new Set(['', 's', 'es', 'm', 'mos', 'r'])
const swaps = new Set(
  [
    ['l', 'is'],
    ['m', 'ns'],
    ['ao', 'oes'],
    ['ao', 'aes'],
    ['a', 'amos'],
    ['e', 'imos'],
    ['em', 'imos'],
    ['am', 'amos'],
    ['em', 'emos'],
    ['m', 'mos'],
    ['oi', 'uimos'],
    ['', 'imos'],
  ].flatMap(([one, other]) => [`${one}/${other}`, `${other}/${one}`]),
)
const genders = /^(?:as?|os?)$/
const shortestGendered = 7

/** Whether one word is another in a different number, gender or person: "fabrica", "fabricamos". */
function isFormOf(one: string, other: string): boolean {
  if (one === other) return true
  if (/\d/.test(one + other)) return false
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  const [left, right] = [one.slice(at), other.slice(at)]
  if (at >= shortestGendered - 1 && genders.test(left) && genders.test(right)) return true
  if (at < shortestStem - 1) return false
  if (at >= shortestStem && (left === '' || right === '') && endings.has(left + right)) return true
  return swaps.has(`${left}/${right}`)
}

// They join, and claim nothing.
const small = new Set(
  wordsOf(
    'a o as os um uma uns umas de da do das dos em no na nos nas ao aos e ou que se com para por pela pelo the an of and or in for to',
  ),
)
const joints = new Set(
  wordsOf(
    `empresa companhia organização atua atuando oferece oferecem oferecendo realiza realizando trabalha trabalhando
    possui conta também além entre como pelas pelos sobre através incluindo seu sua seus suas esta este essa esse isso
    assim company offers provides that with from this their which also sells ela ele`,
  ),
)
const isTelling = (word: string): boolean => !small.has(word) && !joints.has(word)

/** The proper names and abbreviations of a value: they have no other form. Of a shouted one every word may be one. */
function namesIn(value: string): Set<string> {
  const isShouted = value === value.toUpperCase()
  const [first, ...others] = value.match(/[\p{L}\p{N}][\p{L}\p{N}&'’-]*/gu) ?? []
  const names = others.filter((token) => !isShouted && /^\p{Lu}/u.test(token))
  if (first && /^[\p{Lu}\p{N}&-]{2,}$/u.test(first) && !isShouted) names.push(first)
  // "A Aurora", "Google usa": what opens a sentence may be a name, and must then stand in the quote in this form or another.
  return new Set(names.flatMap(wordsOf).filter(isTelling))
}

/** The things that a sentence lists, or the one that it is about. */
const itemsOf = (text: string): string[] =>
  text
    .split(/[,;:/()]|\s(?:e|ou|bem como|além de|and|or|as well as)\s/u)
    .filter((item) => wordsOf(item).some(isTelling))
