const shape = /^[0-9A-Z]{12}\d{2}$/
const weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]

/**
 * The 14 characters of a CNPJ, or `undefined` when the text is not a valid one. Case, spaces and the signs `. - /` do
 * not matter; the check digits do, and a number of one repeated digit is invalid although its sum is right.
 * Root and order may hold letters since July 2026 (IN RFB 2.229/2024).
 */
export function normalizeCnpj(text: string): string | undefined {
  const cnpj = text.toUpperCase().replace(/[\s./-]/g, '')
  if (!shape.test(cnpj) || /^(.)\1{13}$/.test(cnpj)) return undefined
  return checkDigit(cnpj, 12) === cnpj[12] && checkDigit(cnpj, 13) === cnpj[13] ? cnpj : undefined
}

/** Whether the text is a valid CNPJ, in any of the forms that {@link normalizeCnpj} accepts. */
export const isValidCnpj = (text: string): boolean => normalizeCnpj(text) !== undefined

/** `00.000.000/0000-00`, from the 14 characters that {@link normalizeCnpj} gives. */
export const formatCnpj = (cnpj: string): string =>
  `${cnpj.slice(0, 2)}.${cnpj.slice(2, 5)}.${cnpj.slice(5, 8)}/${cnpj.slice(8, 12)}-${cnpj.slice(12)}`

/** The eight characters that a company's head office and branches share. */
export const cnpjRoot = (cnpj: string): string => cnpj.slice(0, 8)

/** Whether a normalized CNPJ is the head office's: its order is 0001. */
export const isHeadOffice = (cnpj: string): boolean => cnpj.slice(8, 12) === '0001'

// A character counts as its ASCII code less 48, so that digits keep their value and 'A' is 17.
function checkDigit(cnpj: string, position: number): string {
  let sum = 0
  for (let index = 0; index < position; index++) {
    sum += (cnpj.charCodeAt(index) - 48) * weights[weights.length - position + index]!
  }
  const rest = sum % 11
  return String(rest < 2 ? 0 : 11 - rest)
}
