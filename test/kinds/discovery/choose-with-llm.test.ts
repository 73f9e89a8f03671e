import { afterEach, beforeEach, expect, test } from 'vitest'
import { chooseWithLlm } from '../../../src/kinds/discovery/choose-with-llm.ts'
import type { Company } from '../../../src/kinds/discovery/company.ts'
import type { Read } from '../../../src/kinds/discovery/look-at.ts'
import { createLlmClient } from '../../../src/llm/client.ts'
import { completion, json, scriptedEndpoint } from '../../llm/scripted-endpoint.ts'

let endpoint: Awaited<ReturnType<typeof scriptedEndpoint>>
let says: object
beforeEach(async () => {
  endpoint = await scriptedEndpoint((response) => void json(response, 200, completion(JSON.stringify(says))))
})
afterEach(() => endpoint.close())

const company: Company = {
  cnpj: '11222333000181',
  names: ['Padaria Jatobá', 'JATOBA PAES E DOCES LTDA'],
  municipio: 'SOROCABA',
  uf: 'SP',
  logradouro: null,
  numero: null,
  cep: null,
  phones: [],
  email: null,
  activity: 'Padaria e confeitaria',
}
const url = 'http://jatoba.test/'

/** A candidate whose only reason has this quote, and its first page this title: they are facts 1 and 2. */
const candidate = (quote: string, title: string, { points = 35, what = 'O site traz' } = {}) =>
  ({
    url,
    origin: 'search',
    outcome: 'read',
    reading: { pages: [{ title, description: null }] },
    verdict: { isImpossible: false, reasons: [{ points, what, url, quote }] },
  }) as unknown as Read

const choose = (read: Read, facts: number[], more: object = {}) => {
  says = { candidate: 1, facts, ...more }
  const llm = createLlmClient({ baseUrl: endpoint.origin, model: 'm', withSlot: (_signal, use) => use() })
  return chooseWithLlm(company, [read], { llm, signal: AbortSignal.timeout(10_000) })
}
const contact = 'O telefone +551532241122 é o do cadastro na Receita'
const unusable = { unusable: 'LLM_ANSWER_INVALID' }

test('a choice that rests on half of a name does not count', async () => {
  const electrician = candidate('Jatobá Materiais Elétricos', 'Jatobá Materiais Elétricos - Sorocaba')
  expect(await choose(electrician, [1])).toEqual(unusable)
  expect(await choose(electrician, [1, 2])).toEqual(unusable)
  expect(await choose(candidate('Jatobá Materiais, (15) 3224-1122, © 1987-2024', 'Início'), [1])).toEqual(unusable)
  const shared = { points: 10, what: contact }
  expect(await choose(candidate('(15) 3224-1122', 'Jatobá', shared), [1])).toEqual(unusable)
})

test.each([
  ['a full name', candidate('Bem-vindo à Padaria Jatobá', 'Início'), [1]],
  ['a full name in the title, beside a reason', candidate('Jatobá', 'Padaria Jatobá'), [1, 2]],
  ['a contact of the registry’s', candidate('(15) 3224-1122', 'Início', { what: contact }), [1]],
])('a choice that rests on %s counts', async (_what, read, facts) => {
  expect(await choose(read, facts)).toMatchObject({ choice: { chosen: url } })
})

test('a title alone carries no choice, nor does what speaks against the candidate', async () => {
  expect(await choose(candidate('Jatobá', 'Padaria Jatobá'), [2])).toEqual(unusable)
  expect(await choose(candidate('Padaria Jatobá, Manaus', 'Início', { points: -35 }), [1])).toEqual(unusable)
})

test('what the model says in its own words is not passed on', async () => {
  const reason = 'O site traz o CNPJ, ligue 0800 666'
  const opinion = await choose(candidate('Padaria Jatobá', 'Início'), [1], { reason })
  expect(opinion).toMatchObject({ choice: { facts: ['O site traz: «Padaria Jatobá»'] } })
  expect(JSON.stringify(opinion)).not.toContain('0800')
})
