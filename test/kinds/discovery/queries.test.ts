import { expect, test } from 'vitest'
import type { Company } from '../../../src/kinds/discovery/company.ts'
import { queriesFor } from '../../../src/kinds/discovery/queries.ts'

const nobody: Company = {
  cnpj: null,
  names: [],
  municipio: null,
  uf: null,
  logradouro: null,
  numero: null,
  cep: null,
  phones: [],
  email: null,
  activity: null,
}
const cnpj = '12ABC34501DE35'

test.each<[string, Partial<Company>, string[]]>([
  [
    'the brand, the legal name without what the law adds, the number',
    { cnpj, names: ['Padaria Ipê', 'J. R. PANIFICADORA EIRELI'], municipio: 'CURITIBA', uf: 'PR' },
    ['Padaria Ipê CURITIBA PR', 'J. R. PANIFICADORA CURITIBA PR', 'CNPJ 12.ABC.345/01DE-35'],
  ],
  [
    'one name, written twice, is asked once',
    { cnpj, names: ['PADARIA IPE', 'Padaria Ipê LTDA'], municipio: 'CURITIBA', uf: null },
    ['PADARIA IPE CURITIBA', 'CNPJ 12.ABC.345/01DE-35'],
  ],
  [
    'no more than two names: the caller’s and the legal one',
    { names: ['Ipê Pães', 'PADARIA IPE', 'J R PANIFICADORA LTDA'] },
    ['Ipê Pães', 'J R PANIFICADORA'],
  ],
  [
    'a sole trader’s CPF is not shown to a search engine',
    { names: ['12.345.678 JOAO DA SILVA', 'JOAO DA SILVA 12345678909'] },
    ['JOAO DA SILVA'],
  ],
  ['a name of nothing but legal words is no query', { cnpj, names: ['LTDA ME'] }, ['CNPJ 12.ABC.345/01DE-35']],
  ['nothing known, nothing asked', {}, []],
])('%s', (_what, company, queries) => expect(queriesFor({ ...nobody, ...company })).toEqual(queries))
