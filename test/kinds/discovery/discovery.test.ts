import { expect, test } from 'vitest'
import { discovery } from '../../../src/kinds/discovery/discovery.ts'

const subject = (input: object) => discovery.subject(discovery.input.parse(input))
const cnpj = '11222333000181'

test('a request joins only a job that will bring what it wants', () => {
  const same = [{ cnpj }, { cnpj, profile: true }, { cnpj, nome_fantasia: 'Ipê', uf: 'PR' }, { cnpj, max_age: '' }]
  expect(new Set(same.map(subject)).size).toBe(1)
  const different = [{ cnpj }, { cnpj, profile: false }, { cnpj, max_age: 0 }, { cnpj, max_age: 7 }]
  expect(new Set(different.map(subject)).size).toBe(different.length)
})

test('what says something else of the company is about something else', () => {
  const different = [
    { cnpj },
    { cnpj, website: 'ipe.test' },
    { nome_fantasia: 'Ipê' },
    { razao_social: 'Ipê' },
    { nome_fantasia: 'Foo', municipio: 'Bar' },
    { razao_social: 'Foo', nome_fantasia: 'Bar' },
    { nome_fantasia: 'Foo, municipio "Bar"' },
    { nome_fantasia: 'Foo", municipio "Bar' },
    { website: 'ipe.test/Loja' },
    { website: 'ipe.test/loja' },
  ]
  expect(new Set(different.map(subject)).size).toBe(different.length)
  const same = ['Padaria Ipê', 'PADARIA  IPE', ' padaria ipê ', 'padaria\u00a0ipe\u0302']
  expect(new Set(same.map((nome_fantasia) => subject({ nome_fantasia }))).size).toBe(1)
})

test('a subject fits an index entry, and two long ones that end differently are two', () => {
  const long = (end: string) => ({
    razao_social: '巴'.repeat(300),
    nome_fantasia: '西'.repeat(300),
    municipio: '😀'.repeat(50),
    website: `http://ipe.test/${'a'.repeat(1900)}${end}`,
    profile: false,
    max_age: 3650,
  })
  expect(Buffer.byteLength(subject(long('x')) ?? '')).toBeLessThan(2_000)
  expect(subject(long('x'))).not.toBe(subject(long('y')))
})
