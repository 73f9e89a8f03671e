/** Lower case, without accents: how names are compared. */
export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

// What the law adds to a name and nobody calls the company by.
const legal = new Set('ltda me epp eireli sa s/a slu mei individual limitada'.split(' '))
// What does not tell one name from another.
const fillers = new Set('cia companhia empresa de da do das dos e em para the of and a o'.split(' '))

const words = (text: string): string[] =>
  plain(text)
    .replace(/\bs[./]?a\b\.?/g, ' ')
    .split(/[^a-z0-9]+/)
    .filter(Boolean)

/** A name as a person would type it: without LTDA, ME, S/A and the like. */
export const spokenName = (name: string): string =>
  name
    .split(/\s+/)
    .filter((word) => !legal.has(plain(word).replace(/[.,]/g, '')))
    .join(' ')
    .replace(/[\s,.-]+$/, '')

/** The words of a name that tell it from others, in order. */
export const nameWords = (name: string): string[] =>
  words(name).filter((word) => !legal.has(word) && !fillers.has(word))

/** Whether a text has every word of the name, each as a whole word and in their order. */
export function carriesName(text: string, name: string): boolean {
  const wanted = nameWords(name)
  if (wanted.length === 0) return false
  let found = 0
  for (const word of words(text)) {
    if (word === wanted[found]) found += 1
    if (found === wanted.length) return true
  }
  return false
}
