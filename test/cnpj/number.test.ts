import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cnpjRoot, formatCnpj, isHeadOffice, isValidCnpj, normalizeCnpj } from '../../src/cnpj/number.ts'

const valid = [
  '12ABC34501DE35',
  '19131243000197',
  '00000000000191',
  '33683111000280',
  '60701190000104',
  '11222333000181',
  '1A2B3C4D000179',
  'ABCDEFGHIJKL80',
]

const characters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const twelve = fc.string({ unit: fc.constantFrom(...characters), minLength: 12, maxLength: 12 })
const validCnpj = twelve.map((first) => complete(first)).filter((cnpj) => !/^(.)\1+$/.test(cnpj))

describe('a CNPJ', () => {
  it.each(valid)('%s is valid', (cnpj) => {
    expect(normalizeCnpj(cnpj)).toBe(cnpj)
    expect(isValidCnpj(cnpj)).toBe(true)
  })

  it.each([
    ['a wrong check digit', '12ABC34501DE34'],
    ['a wrong first check digit', '11222333000171'],
    ['letters as check digits', '12ABC34501DEAB'],
    ['one repeated digit', '00000000000000'],
    ['one repeated digit, whose sum is right', '11111111111111'],
    ['thirteen digits', '1122233300018'],
    ['fifteen digits', '112223330001811'],
    ['signs of other kinds', '11_222_333/0001-81'],
    ['nothing', ''],
    ['an accent', '11222333000Á81'],
  ])('with %s is none', (_what, text) => {
    expect(normalizeCnpj(text)).toBeUndefined()
    expect(isValidCnpj(text)).toBe(false)
  })

  it('is read whatever its case, spaces and punctuation', () => {
    expect(normalizeCnpj(' 11.222.333/0001-81\n')).toBe('11222333000181')
    expect(normalizeCnpj('12.abc.345/01de-35')).toBe('12ABC34501DE35')
    expect(normalizeCnpj('11 222 333 0001 81')).toBe('11222333000181')
  })

  it('is written as people write it', () => {
    expect(formatCnpj('11222333000181')).toBe('11.222.333/0001-81')
    expect(formatCnpj('12ABC34501DE35')).toBe('12.ABC.345/01DE-35')
  })

  it('has a root, and an order that tells the head office', () => {
    expect(cnpjRoot('33683111000280')).toBe('33683111')
    expect(isHeadOffice('33683111000280')).toBe(false)
    expect(isHeadOffice('11222333000181')).toBe(true)
  })

  it('keeps its value through formatting', () => {
    fc.assert(
      fc.property(validCnpj, (cnpj) => {
        expect(normalizeCnpj(formatCnpj(cnpj).toLowerCase())).toBe(cnpj)
      }),
    )
  })

  it('has exactly one pair of check digits for its first twelve characters', () => {
    fc.assert(
      fc.property(validCnpj, fc.integer({ min: 0, max: 99 }), (cnpj, digits) => {
        const other = cnpj.slice(0, 12) + String(digits).padStart(2, '0')
        expect(isValidCnpj(other)).toBe(other === cnpj)
      }),
    )
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(typeof isValidCnpj(text)).toBe('boolean')
      }),
    )
  })
})

// The rule of IN RFB 2.229/2024, written down a second time.
function complete(first: string): string {
  const digit = (text: string): string => {
    const sum = [...text]
      .reverse()
      .reduce((total, character, index) => total + (character.charCodeAt(0) - 48) * ((index % 8) + 2), 0)
    return String(sum % 11 < 2 ? 0 : 11 - (sum % 11))
  }
  const one = digit(first)
  return first + one + digit(first + one)
}
