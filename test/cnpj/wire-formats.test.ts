import { afterEach, expect, it } from 'vitest'
import { answering, closeRegistries, cnpj, registryOf } from './loopback-registry.ts'

const { signal } = new AbortController()
afterEach(closeRegistries)

const lookUp = async (status: number, body: unknown) =>
  registryOf([await answering(status, body)]).lookUp(cnpj, { signal })

const common = {
  cnpj,
  razao_social: 'PADARIA AURORA LTDA',
  nome_fantasia: 'Aurora',
  cnae: '4721102',
  numero: '12',
  cep: '80010010',
  uf: 'PR',
  phones: ['+554132223344', '+5541999887766'],
  email: 'contato@aurora.com.br',
  capital_social: 29500.5,
  abertura: '2015-03-02',
}

it("CNPJ.ws's record, whose establishment is an object of its own, comes out in the one shape", async () => {
  const answer = await lookUp(200, {
    cnpj_raiz: '11222333',
    razao_social: 'PADARIA AURORA LTDA',
    capital_social: '29500.50',
    porte: { id: '01', descricao: 'Micro Empresa' },
    natureza_juridica: { id: '2062', descricao: 'Sociedade Empresária Limitada' },
    socios: [],
    simples: null,
    estabelecimento: {
      cnpj,
      nome_fantasia: 'Aurora',
      situacao_cadastral: 'Baixada',
      data_inicio_atividade: '2015-03-02',
      tipo_logradouro: 'RUA',
      logradouro: 'DAS ACACIAS',
      numero: '12',
      bairro: 'CENTRO',
      cep: '80010010',
      ddd1: '41',
      telefone1: '32223344',
      ddd2: '41',
      telefone2: '999887766',
      ddd_fax: null,
      email: 'contato@aurora.com.br',
      atividade_principal: { id: '4721102', descricao: 'Padaria e confeitaria' },
      estado: { id: 18, nome: 'Paraná', sigla: 'PR' },
      cidade: { id: 1, nome: 'Curitiba' },
    },
  })
  expect(answer).toMatchObject({
    found: true,
    record: {
      ...common,
      situacao: 'BAIXADA',
      cnae_descricao: 'Padaria e confeitaria',
      logradouro: 'RUA DAS ACACIAS',
      municipio: 'Curitiba',
      porte: 'Micro Empresa',
    },
  })
})

it("ReceitaWS's record, which has names of its own, comes out in the one shape", async () => {
  const answer = await lookUp(200, {
    status: 'OK',
    cnpj: '11.222.333/0001-81',
    tipo: 'MATRIZ',
    nome: 'PADARIA AURORA LTDA',
    fantasia: 'Aurora',
    abertura: '02/03/2015',
    situacao: 'ATIVA',
    porte: 'MICRO EMPRESA',
    atividade_principal: [{ code: '47.21-1-02', text: 'Padaria e confeitaria' }],
    logradouro: 'R DAS ACACIAS',
    numero: '12',
    bairro: '********',
    municipio: 'CURITIBA',
    uf: 'PR',
    cep: '80.010-010',
    email: 'CONTATO@AURORA.COM.BR',
    telefone: '(41) 3222-3344/ (41) 9988-7766',
    capital_social: '29500.50',
    qsa: [],
  })
  expect(answer).toMatchObject({
    found: true,
    record: {
      ...common,
      situacao: 'ATIVA',
      cnae_descricao: 'Padaria e confeitaria',
      bairro: null,
      municipio: 'CURITIBA',
      porte: 'MICRO EMPRESA',
    },
  })
})

it('ReceitaWS says in a 200 that there is no such company', async () => {
  const answer = await lookUp(200, { status: 'ERROR', message: 'CNPJ rejeitado pela Receita Federal' })
  expect(answer).toMatchObject({ found: false, isCertain: true })
})

it.each([
  ['estabelecimento', { estabelecimento: { cnpj, atividade_principal: 'x', cidade: null, estado: [] }, porte: 3 }],
  ['nome', { cnpj, nome: 7, atividade_principal: { code: 1 }, telefone: 41 }],
])('a nested record (%s) with parts of other types keeps what can be read', async (_form, body) => {
  expect(await lookUp(200, body)).toMatchObject({ found: true, record: { cnpj, cnae: null, uf: null, phones: [] } })
})

it("reads minhareceita's record", async () => {
  const one = await answering(200, {
    cnpj,
    razao_social: 'PADARIA AURORA LTDA',
    nome_fantasia: '',
    situacao_cadastral: 2,
    descricao_situacao_cadastral: 'ATIVA',
    data_inicio_atividade: '2015-03-02',
    cnae_fiscal: 111301,
    cnae_fiscal_descricao: 'Cultivo de arroz',
    descricao_tipo_de_logradouro: 'RUA',
    logradouro: 'DAS ACACIAS',
    numero: 'S/N',
    bairro: 'CENTRO',
    cep: 1310100,
    municipio: 'SAO PAULO',
    uf: 'SP',
    ddd_telefone_1: '1123851939',
    ddd_telefone_2: '1188451939',
    email: null,
    capital_social: 50000,
    porte: 'MICRO EMPRESA',
    qsa: [],
  })
  const answer = await registryOf([one]).lookUp('11.222.333/0001-81', { signal })
  expect(one.asked).toEqual([`/v1/${cnpj}`])
  expect(answer).toEqual({
    found: true,
    record: {
      cnpj,
      razao_social: 'PADARIA AURORA LTDA',
      nome_fantasia: null,
      situacao: 'ATIVA',
      cnae: '0111301',
      cnae_descricao: 'Cultivo de arroz',
      logradouro: 'RUA DAS ACACIAS',
      numero: 'S/N',
      bairro: 'CENTRO',
      municipio: 'SAO PAULO',
      uf: 'SP',
      cep: '01310100',
      phones: ['+551123851939', '+5511988451939'],
      email: null,
      porte: 'MICRO EMPRESA',
      capital_social: 50000,
      abertura: '2015-03-02',
      source: one.host,
      fetched_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    },
  })
})

it("reads OpenCNPJ's record", async () => {
  const one = await answering(200, {
    razao_social: 'PADARIA AURORA LTDA',
    nome_fantasia: 'Aurora',
    situacao_cadastral: 'Ativa',
    cnae_principal: '6201501',
    telefones: [
      { ddd: '11', numero: '23851939', is_fax: false },
      { ddd: '11', numero: '23851940', is_fax: true },
      null,
    ],
    email: 'Contato@Aurora.com.br',
    capital_social: '29.500,50',
    porte_empresa: 'Demais',
    data_inicio_atividade: '02/03/2015',
    QSA: [],
  })
  const answer = await registryOf([one]).lookUp(cnpj, { signal })
  expect(answer).toMatchObject({
    record: {
      cnpj,
      nome_fantasia: 'Aurora',
      situacao: 'ATIVA',
      cnae: '6201501',
      cnae_descricao: null,
      phones: ['+551123851939'],
      email: 'contato@aurora.com.br',
      capital_social: 29500.5,
      porte: 'Demais',
      abertura: '2015-03-02',
    },
  })
})

it('takes any field but the number as unknown when its type is not what it should be', async () => {
  const odd = { nested: [1, null, { a: true }] }
  const names =
    'razao_social nome_fantasia situacao_cadastral cnae_fiscal logradouro numero cep uf ddd_telefone_1 telefones email capital_social porte data_inicio_atividade'
  const one = await answering(200, { cnpj, ...Object.fromEntries(names.split(' ').map((name) => [name, odd])) })
  const answer = await registryOf([one]).lookUp(cnpj, { signal })
  const {
    cnpj: _cnpj,
    phones,
    source: _source,
    fetched_at: _at,
    ...rest
  } = answer.found ? answer.record : ({} as never)
  expect(phones).toEqual([])
  expect(new Set(Object.values(rest))).toEqual(new Set([null]))
})

it.each([
  'contato@aurora.com.br>',
  'contato@aurora.com.br|',
  'contato@aurora.com.br%',
  'contato@aurora.com.br[',
  'contato@aurora.com.br:99999',
  'contato@aurora.com.br/',
  'contato@aurora,com.br',
  'contato@aurora..com.br',
  'contato@-aurora.com.br',
  'contato@127.0.0.1',
  '<contato@aurora.com.br',
  `contato@${'a'.repeat(300)}.com.br`,
])('takes %s for no e-mail address', async (email) => {
  const answer = await lookUp(200, { cnpj, razao_social: 'PADARIA AURORA LTDA', email })
  expect(answer).toMatchObject({ found: true, record: { email: null } })
})

it.each([
  'Vendas.1+loja@sub-1.aurora.com.br',
  "d'avila_@aurora.ind.br",
  'oi@padariaipê.com.br',
  'oi@xn--padariaip-t4a.com.br',
])('takes %s for an e-mail address', async (email) => {
  const answer = await lookUp(200, { cnpj, razao_social: 'PADARIA AURORA LTDA', email })
  expect(answer).toMatchObject({ record: { email: email.toLowerCase() } })
})
