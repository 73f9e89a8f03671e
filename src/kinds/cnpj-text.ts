import { formatCnpj, normalizeCnpj } from '../cnpj/number.ts'

/** What shows nothing, and comes along when a number is copied from a page or a PDF. */
const invisible = /\p{Cf}/gu
const dashes = /[\p{Pd}\u2212]/gu

/**
 * A CNPJ without what programs put around it: an apostrophe or `="…"`, as spreadsheets are told that a number is text;
 * `.0`, as pandas writes a column of numbers with blanks in it; `3.3000167000101E+13`, where every digit is still there.
 * Whatever else stands there stays, also where it is no CNPJ.
 */
export function plainCnpj(given: string): string {
  const text = given.replace(invisible, '').replace(dashes, '-').trim()
  const bare = (/^=?"([^"]*)"$/.exec(text)?.[1] ?? text).replace(/^['’`´]\s*/, '').trim()
  const [, whole] = /^(\d{1,14})[.,]0+$/.exec(bare) ?? []
  if (whole !== undefined) return whole
  const [, first, rest, exponent] = /^(\d)[.,](\d{1,13})e\+?(\d{1,2})$/i.exec(bare) ?? []
  return rest?.length === Number(exponent) ? `${first}${rest}` : bare
}

/** The 14 characters of a CNPJ, however it was written; undefined when it is none. */
export const readCnpj = (given: string): string | undefined => normalizeCnpj(plainCnpj(given))

/** A CNPJ with its punctuation, `00.000.000/0000-00`, however it was written; what is none stays as it is. */
export function cnpjText(given: string): string {
  const cnpj = readCnpj(given)
  return cnpj === undefined ? given : formatCnpj(cnpj)
}
