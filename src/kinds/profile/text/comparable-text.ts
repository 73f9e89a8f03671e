/** White space, case, accents and typographic signs apart: how quotes are compared with pages. */
export const comparable = (text: string): string =>
  text
    // A footnote's mark is no digit of the number before it.
    .replace(/(?<=\d)(?=\p{No})/gu, ' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

export const wordsOf = (text: string): string[] => comparable(text).split(' ').filter(Boolean)

/**
 * Where in a text its comparable form has these words, as they are written there; undefined where they do not stand
 * in it as whole words.
 */
export function locate(text: string, wanted: string): { start: number; end: number } | undefined {
  const starts: number[] = []
  const ends: number[] = []
  let plain = ' '
  starts.push(0)
  ends.push(0)
  let at = 0
  for (const character of text) {
    const folded = character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
    if (/\p{No}/u.test(character) && /\d$/.test(plain)) {
      plain += ' '
      starts.push(at)
      ends.push(at)
    }
    // A mark belongs to the letter before it, and is no space.
    for (const each of folded) {
      const isWord = /[\p{L}\p{N}]/u.test(each)
      if (!isWord && plain.endsWith(' ')) continue
      for (const unit of (isWord ? each : ' ').split('')) {
        plain += unit
        starts.push(at)
        ends.push(at + character.length)
      }
    }
    at += character.length
  }
  const found = `${plain} `.indexOf(` ${wanted} `)
  if (found === -1 || wanted === '') return undefined
  return { start: starts[found + 1]!, end: ends[found + wanted.length]! }
}

/** The sentences of a text. "Dra. Alana", "Ltda. em" and "n. 5" end none. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = []
  for (const piece of text.split(/(?<=[.!?…]["”»)]?)\s+(?=["“«(]?[\p{Lu}\p{N}])/u)) {
    const last = sentences.at(-1)
    if (last !== undefined && abbreviation.test(last)) sentences[sentences.length - 1] = `${last} ${piece}`
    else sentences.push(piece)
  }
  return sentences.map((each) => each.trim()).filter(Boolean)
}

const abbreviation =
  /(?:^|[\s(])(?:dra?|sra?|srt?a|prof[aª]?|eng[aª]?|av|r|rod|ltda|cia|inc|n[ºo]?|art|tel|st|jr|s\.a|\p{Lu})\.$/iu
