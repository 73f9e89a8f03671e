import { expect, test } from 'vitest'
import { discovery } from '../../../src/kinds/discovery/discovery.ts'

const subject = (input: object) => discovery.subject(discovery.input.parse(input))
const cnpj = '11222333000181'

test('a request joins only a job that will bring what it wants', () => {
  const same = [{ cnpj }, { cnpj, profile: true }, { cnpj, nome_fantasia: 'Ipê' }, { cnpj, max_age: '' }]
  expect(new Set(same.map(subject)).size).toBe(1)
  const different = [{ cnpj }, { cnpj, profile: false }, { cnpj, max_age: 0 }, { cnpj, max_age: 7 }]
  expect(new Set(different.map(subject)).size).toBe(different.length)
})
