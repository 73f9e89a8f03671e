import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fetch } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { createRegistry } from '../../src/cnpj/registry.ts'
import { Failure } from '../../src/errors.ts'

const cnpj = '11222333000181'
const { signal } = new AbortController()
const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

type Source = { url: string; host: string; asked: string[] }

async function source(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Source> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  return { url: `http://127.0.0.1:${port}/v1`, host: `127.0.0.1:${port}`, asked }
}

const answering = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  source((_request, response) => {
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  })

const registryOf = (sources: Source[], timeoutMs?: number) =>
  createRegistry({ urls: sources.map(({ url }) => url), fetch, ...(timeoutMs && { timeoutMs }) })

const failureOf = async (promise: Promise<unknown>): Promise<Failure> => {
  const error = await promise.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Failure)
  return error as Failure
}

describe('the registry', () => {
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

  it('believes a single "not found" only when it has nobody else to ask', async () => {
    const no = await answering(404, { message: 'CNPJ não encontrado.' })
    expect(await registryOf([no]).lookUp(cnpj, { signal })).toEqual({ found: false, asked: [no.host] })

    const knows = await answering(200, { cnpj, razao_social: 'PADARIA AURORA LTDA' })
    expect(await registryOf([no, knows]).lookUp(cnpj, { signal })).toMatchObject({ found: true })
  })

  it('believes two that agree, and asks no third', async () => {
    const no = await answering(404, '')
    const busy = await answering(429, 'Too many requests')
    const alsoNo = await answering(404, '')
    const third = await answering(200, { cnpj })
    const answer = await registryOf([no, busy, alsoNo, third]).lookUp(cnpj, { signal })
    expect(answer).toEqual({ found: false, asked: [no.host, alsoNo.host] })
    expect(third.asked).toEqual([])
  })

  it('names each host and why when nobody gave an answer, and passes on the shortest wait', async () => {
    const no = await answering(404, '')
    const busy = await answering(429, 'Too many requests', { 'retry-after': '7' })
    const busier = await answering(429, 'Too many requests', { 'retry-after': '30' })
    const broken = await answering(200, '<html>maintenance</html>')
    const failure = await failureOf(registryOf([no, busy, busier, broken]).lookUp(cnpj, { signal }))
    expect(failure.code).toBe('REGISTRY_UNAVAILABLE')
    expect(failure.retryAfterMs).toBe(7000)
    for (const [{ host }, why] of [
      [no, 'does not know'],
      [busy, 'HTTP 429'],
      [broken, 'something other'],
    ] as const) {
      expect(failure.message).toMatch(new RegExp(`${host}: [^;]*${why}`))
    }
  })

  it("does not take another company's record for an answer", async () => {
    const wrong = await answering(200, { cnpj: '19131243000197', razao_social: 'OUTRA LTDA' })
    expect((await failureOf(registryOf([wrong]).lookUp(cnpj, { signal }))).code).toBe('REGISTRY_UNAVAILABLE')
  })

  it('stops reading an answer larger than 1 MB and asks the next', async () => {
    const flood = await source((_request, response) => {
      response.writeHead(200)
      const chunk = Buffer.alloc(256 * 1024, 32)
      const pour = (): void => {
        while (response.write(chunk));
        response.once('drain', pour)
      }
      response.on('error', () => {})
      pour()
    })
    const knows = await answering(200, { cnpj, razao_social: 'PADARIA AURORA LTDA' })
    expect(await registryOf([flood, knows]).lookUp(cnpj, { signal })).toMatchObject({ record: { source: knows.host } })
  })

  it('gives up on a source that does not answer in time, also in the middle of its answer', async () => {
    const silent = await source(() => {})
    const stalled = await source((_request, response) => response.writeHead(200).write('{"cnpj":'))
    const failure = await failureOf(registryOf([silent, stalled], 50).lookUp(cnpj, { signal }))
    expect(failure.message).toContain(`${silent.host}: did not answer within 0.05 s`)
    expect(failure.message).toContain(`${stalled.host}: did not answer within 0.05 s`)
  })

  it('passes by a source that cannot be reached', async () => {
    const gone = { url: 'http://127.0.0.1:9', host: '127.0.0.1:9', asked: [] }
    const knows = await answering(200, { cnpj, razao_social: 'PADARIA AURORA LTDA' })
    expect(await registryOf([gone, knows]).lookUp(cnpj, { signal })).toMatchObject({ found: true })
  })

  it("throws the signal's reason when the caller aborts, and asks nobody else", async () => {
    const abort = new AbortController()
    const reason = new Error('shutting down')
    const silent = await source(() => abort.abort(reason))
    const next = await answering(200, { cnpj })
    await expect(registryOf([silent, next]).lookUp(cnpj, { signal: abort.signal })).rejects.toBe(reason)
    expect(next.asked).toEqual([])
  })

  it('refuses what is no CNPJ without asking', async () => {
    const one = await answering(200, { cnpj })
    expect((await failureOf(registryOf([one]).lookUp('11222333000182', { signal }))).code).toBe('INPUT_INVALID')
    expect(one.asked).toEqual([])
  })
})
