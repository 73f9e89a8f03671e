import { formatCnpj, normalizeCnpj } from '../cnpj/number.ts'

/** A CNPJ with its punctuation, `00.000.000/0000-00`, however it was written; what is none stays as it is. */
export function cnpjText(given: string): string {
  const cnpj = normalizeCnpj(given)
  return cnpj === undefined ? given : formatCnpj(cnpj)
}
