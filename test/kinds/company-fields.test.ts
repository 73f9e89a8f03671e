import { describe, expect, it } from 'vitest'
import { cnpjText } from '../../src/kinds/cnpj-text.ts'
import { companyFields } from '../../src/kinds/company-fields.ts'

/** By region (IBGE). */
const states = [
  ...['AC', 'AM', 'AP', 'PA', 'RO', 'RR', 'TO'],
  ...['AL', 'BA', 'CE', 'MA', 'PB', 'PE', 'PI', 'RN', 'SE'],
  ...['DF', 'GO', 'MS', 'MT'],
  ...['ES', 'MG', 'RJ', 'SP'],
  ...['PR', 'RS', 'SC'],
]

describe('uf', () => {
  it('takes every one of the 26 states and the Federal District, in either case', () => {
    expect(new Set(states).size).toBe(27)
    const taken = states.filter((state) => companyFields.uf.safeParse(state.toLowerCase()).data === state)
    expect(taken).toEqual(states)
  })

  it('takes nothing else', () => {
    expect(companyFields.uf.safeParse('XX').success).toBe(false)
    expect(companyFields.uf.safeParse('SPA').success).toBe(false)
    expect(companyFields.uf.safeParse(' ').data).toBeUndefined()
  })
})

describe('cnpj', () => {
  const cnpj = '33000167000101'
  it.each([
    '33.000.167/0001-01',
    "'33000167000101",
    '’33000167000101',
    '="33000167000101"',
    '"33000167000101"',
    '33000167000101.0',
    '33000167000101,00',
    '3.3000167000101E+13',
    '3,3000167000101e13',
    '\u200b33000167\u200d000101\ufeff',
    '\u202a33.000.167/0001\u201101\u202c',
    '\u00a033.000.167/0001 – 01 ',
  ])('is read out of %j', (written) => {
    expect(companyFields.cnpj.safeParse(written).data).toBe(cnpj)
    expect(cnpjText(written)).toBe('33.000.167/0001-01')
  })

  it.each([
    ['3.3000167E+13', 'digits that are lost are not made up', /aqui há/],
    ['3.3000167000102E+13', 'check digits count', /confira os dígitos/],
    ["'3300016700010", 'what stands around is not counted', /aqui há 13; os zeros/],
    ['3300016700010.0', 'nor are decimals', /aqui há 13; os zeros/],
    ['33000167000101.5', 'a fraction is none', /aqui há 15/],
    ['3300016700010 1 x', 'nor is other text', /aqui há 15/],
  ])('is not read out of %j: %s', (written, _why, reason) => {
    const { error } = companyFields.cnpj.safeParse(written)
    expect(error!.issues[0]!.message).toMatch(reason)
    expect(error!.issues[0]!.message).toContain(written)
  })
})
