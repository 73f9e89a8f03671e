import { describe, expect, it } from 'vitest'
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
