import { formatCnpj } from '../../cnpj/number.ts'
import type { Company } from './company.ts'
import { nameWords, spokenName } from './verdict/name-words.ts'

/** A sole trader's legal name carries a number, the CPF of a person before 2022: nobody types it, and it is nobody's business. */
const numbers = /(?<!\S)\d[\d./-]{6,}(?!\S)/g

/**
 * What a person would type to find the company, the likeliest to help first: the name it goes by and the city, the legal
 * name and the city, the number. They are asked one after the other, since every one costs a credit.
 */
export function queriesFor({ names, cnpj, municipio, uf }: Company): string[] {
  const place = [municipio, uf].filter(Boolean).join(' ')
  const spoken = names.map((name) => spokenName(name.replace(numbers, ' ')).replace(/\s+/g, ' ').trim())
  const telling = spoken.filter((name) => nameWords(name).length > 0)
  const first = telling.at(0)
  const legal = telling.at(-1)
  const isOneName = first !== undefined && nameWords(first).join() === nameWords(legal!).join()
  const named = isOneName ? [first] : [first, legal].filter((name) => name !== undefined)
  const numbered = cnpj ? [`CNPJ ${formatCnpj(cnpj)}`] : []
  return [...named.map((name) => [name, place].filter(Boolean).join(' ')), ...numbered]
}
