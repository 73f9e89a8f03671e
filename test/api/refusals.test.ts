import { afterEach, describe, expect, test } from 'vitest'
import { apiUnderTest, nowhere } from './api-under-test.ts'

// None of these may reach the database: there is none.
const api = apiUnderTest(nowhere())
afterEach(() => expect(api.logged).toEqual([]))

const cnpj = '19131243000197'
const discoveryFields =
  'cnpj, razao_social, nome_fantasia, municipio, uf, website, external_id, profile, max_age, callback_url'

describe('a field that does not fit is named, with the reason', () => {
  test.each([
    [{ cnpj: 191 }, 'cnpj: envie o CNPJ como texto, entre aspas: como número ele perde os zeros à esquerda.'],
    [{ cnpj: '19131243000198' }, 'cnpj: "19131243000198" não é um CNPJ válido (confira os dígitos).'],
    [
      { cnpj: '60701190' },
      'cnpj: "60701190" não é um CNPJ válido (um CNPJ tem 14 caracteres, e aqui há 8; os zeros à esquerda podem ter se perdido).',
    ],
    [{ cnpj: 'ACME' }, 'cnpj: "ACME" não é um CNPJ válido (um CNPJ tem 14 caracteres, e aqui há 4).'],
    [{ cnpj: true }, 'cnpj: deve ser um texto; veio true.'],
    [{ cnpj: [cnpj] }, 'cnpj: deve ser um texto; veio uma lista.'],
    [{ cnpj: {} }, 'cnpj: deve ser um texto; veio um objeto.'],
    [{ razao_social: 99 }, 'razao_social: deve ser um texto; veio um número.'],
    [{ razao_social: 'x'.repeat(301) }, 'razao_social: pode ter no máximo 300 caracteres.'],
    [{ cnpj, uf: 'São Paulo' }, 'uf: "SÃO PAULO" não é a sigla de um estado, como SP.'],
    [{ website: 'acme' }, 'website: "acme" não é um endereço de site (http ou https).'],
    [{ website: 'ftp://acme.com' }, 'website: "ftp://acme.com" não é um endereço de site (http ou https).'],
    [{ website: 'https://a:b@acme.com' }, 'website: "https://a:b@acme.com" não é um endereço de site (http ou https).'],
    [{ website: `acme.com/${'é'.repeat(1900)}` }, 'website: pode ter no máximo 2000 caracteres.'],
    [{ cnpj, profile: 'true' }, 'profile: deve ser true ou false, sem aspas; veio um texto.'],
    [{ cnpj, max_age: -1 }, 'max_age: deve ser no mínimo 0.'],
    [{ cnpj, max_age: 1.5 }, 'max_age: deve ser um número inteiro; veio um número.'],
    ['{"cnpj":"19131243000197","max_age":1e999}', 'max_age: deve ser um número; veio um número grande demais.'],
    ['{"cnpj":"19131243000197","max_age":-1e999}', 'max_age: deve ser um número; veio um número grande demais.'],
    [{ cnpj, max_age: '30' }, 'max_age: deve ser um número; veio um texto.'],
    [{ cnpj, external_id: 'x'.repeat(201) }, 'external_id: pode ter no máximo 200 caracteres.'],
    [
      { cnpj, external_id: 2 ** 60 },
      'external_id: deve ser um texto, ou um número que não perca dígitos (acima de 15 dígitos, envie entre aspas).',
    ],
    [
      { cnpj: '1', uf: 'XX' },
      'cnpj: "1" não é um CNPJ válido (um CNPJ tem 14 caracteres, e aqui há 1; os zeros à esquerda podem ter se perdido); uf: "XX" não é a sigla de um estado, como SP.',
    ],
    [{ cnpj, constructor: 1 }, `constructor: campo desconhecido (os campos são ${discoveryFields}).`],
    ['{"cnpj":"19131243000197","__proto__":1}', `__proto__: campo desconhecido (os campos são ${discoveryFields}).`],
    [
      '{"razao_social":"a\\u0000b"}',
      'razao_social: contém caracteres que não são texto (NUL ou metade de um par Unicode).',
    ],
    [
      '{"razao_social":"\\ud800"}',
      'razao_social: contém caracteres que não são texto (NUL ou metade de um par Unicode).',
    ],
  ])('%j', async (body, detail) => {
    const answer = await api.post('/v2/scrape', body)
    expect(answer.body.detail).toBe(detail)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body).toMatchObject({ code: 'FIELD_INVALID', status: 400, type: 'urn:sonda:problem:FIELD_INVALID' })
    expect(answer.body.errors[0].field).toBe(detail.split(':')[0])
    expect(detail).toContain(answer.body.errors[0].reason)
  })

  test.each([
    ['razaoSocial', 'razao_social'],
    ['razão_social', 'razao_social'],
    ['RAZAO SOCIAL', 'razao_social'],
    ['nomeFantasia', 'nome_fantasia'],
    ['cnjp', 'cnpj'],
    ['CNPJ', 'cnpj'],
    ['cpnj', 'cnpj'],
    ['site', 'website'],
    ['websit', 'website'],
    ['cidade', 'municipio'],
    ['estado', 'uf'],
    ['externalId', 'external_id'],
  ])('%s is taken for %s', async (given, meant) => {
    const { body } = await api.post('/v2/scrape', { [given]: 'x' })
    expect(body.errors).toEqual([{ field: given, reason: `campo desconhecido (você quis dizer "${meant}"?)` }])
  })

  test.each(['u', 'xx', 'telefone', 'x'.repeat(500), '', '日本'])('%j is taken for nothing', async (given) => {
    const { body } = await api.post('/v2/scrape', { cnpj, [given]: 'x' })
    expect(body.errors).toHaveLength(1)
    expect(body.errors[0].reason).toBe(`campo desconhecido (os campos são ${discoveryFields})`)
  })

  test.each([
    ['/v2/scrape', 'Informe ao menos um destes campos: cnpj, razao_social, nome_fantasia, website.'],
    ['/v2/montagem_perfil', 'Informe ao menos um destes campos: cnpj, website, job_id.'],
  ])('%s wants to know which company', async (path, detail) => {
    for (const body of [{}, { external_id: '1' }, { cnpj: '', website: null }, { cnpj: '  ' }]) {
      expect((await api.post(path, body)).body).toMatchObject({ code: 'FIELD_INVALID', detail })
    }
  })

  test('a job id is a UUID', async () => {
    const { body } = await api.post('/v2/montagem_perfil', { job_id: '7' })
    expect(body.detail).toBe('job_id: deve ser um UUID, como o "job_id" que a API devolve.')
  })

  test('a thousand unknown fields are answered in a few lines', async () => {
    const body = Object.fromEntries(Array.from({ length: 1000 }, (_each, n) => [`field${n}`, n]))
    expect((await api.post('/v2/scrape', body)).body.errors.length).toBeLessThanOrEqual(20)
  })
})

describe('a body that is not a JSON object says so', () => {
  test.each([
    ['[]', 'FIELD_INVALID', 'O corpo deve ser um objeto JSON, como {"cnpj": "…"}; veio uma lista.'],
    ['null', 'FIELD_INVALID', 'O corpo deve ser um objeto JSON, como {"cnpj": "…"}; veio null.'],
    ['7', 'FIELD_INVALID', 'O corpo deve ser um objeto JSON, como {"cnpj": "…"}; veio um número.'],
    ['', 'BODY_NOT_JSON', 'O corpo veio vazio.'],
    ['\ufeff \n', 'BODY_NOT_JSON', 'O corpo veio vazio.'],
    [
      new Uint8Array([0x22, 0xe7, 0x22]),
      'BODY_NOT_JSON',
      'O corpo não está em UTF-8. Salve ou envie o texto como UTF-8.',
    ],
  ])('%j', async (given, code, detail) => {
    const { status, body } = await api.post('/v2/scrape', given)
    expect({ status, code: body.code, detail: body.detail }).toEqual({ status: 400, code, detail })
  })

  test.each([
    [
      '{"cnpj": 00000000000191}',
      'O corpo não pôde ser lido como JSON: há algo inesperado na linha 1, coluna 10. O CNPJ deve vir entre aspas.',
    ],
    [
      '{"cnpj": "19131243000197",\n "uf": }',
      'O corpo não pôde ser lido como JSON: há algo inesperado na linha 2, coluna 8.',
    ],
    [
      '{"cnpj": "19131243000197"\n',
      'O corpo não pôde ser lido como JSON: ele acaba antes da hora, na linha 2, coluna 1.',
    ],
  ])('where %j breaks, and why a CNPJ with its zeros is no number', async (given, detail) => {
    const { status, body } = await api.post('/v2/scrape', given)
    expect({ status, code: body.code, detail: body.detail }).toEqual({ status: 400, code: 'BODY_NOT_JSON', detail })
  })

  test.each([
    ['opened', '['.repeat(10_000)],
    ['opened and closed', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['as deep as fits', '['.repeat(130_000) + ']'.repeat(130_000)],
    ['as a field', `{"cnpj":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['objects', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
    ['around a NUL', `{"cnpj":${'['.repeat(100_000)}"\\u0000"${']'.repeat(100_000)}}`],
  ])('ten thousand levels and more: %s', async (_what, given) => {
    expect((await api.post('/v2/scrape', given)).status).toBe(400)
  })

  test('a byte order mark is passed over', async () => {
    expect((await api.post('/v2/scrape', '\ufeff{"cnjp":1}')).body.errors[0].field).toBe('cnjp')
  })

  test('one byte too many', async () => {
    const most = 256 * 1024
    const sized = (bytes: number) => `{"razao_social":"${'x'.repeat(bytes - 19)}"}`
    expect((await api.post('/v2/scrape', sized(most))).body.code).toBe('FIELD_INVALID')
    const { status, body } = await api.post('/v2/scrape', sized(most + 1))
    expect(status).toBe(413)
    expect(body).toMatchObject({ code: 'BODY_TOO_LARGE', detail: 'O corpo pode ter no máximo 256 KiB.' })
  })
})

describe('media types', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'json', ''])(
    '%j is refused with what to send instead',
    async (type) => {
      const { status, body } = await api.post('/v2/scrape', { cnpj }, { 'content-type': type })
      expect(status).toBe(415)
      expect(body.code).toBe('MEDIA_TYPE_UNSUPPORTED')
      expect(body.detail).toContain('Envie o cabeçalho "Content-Type: application/json"')
    },
  )

  test.each([
    'application/json;',
    'application/json ; charset=utf-8',
    'APPLICATION/JSON; charset="UTF-8"',
    'application/v_1.x+json',
  ])('%j is JSON', async (type) => {
    expect((await api.post('/v2/scrape', {}, { 'content-type': type })).body.code).toBe('FIELD_INVALID')
  })

  test('a compressed body is refused by its header', async () => {
    const { status, body } = await api.post('/v2/scrape', {}, { 'content-encoding': 'gzip' })
    expect([status, body.code]).toEqual([415, 'MEDIA_TYPE_UNSUPPORTED'])
  })
})

describe('GET /jobs refuses', () => {
  test.each([
    ['status=done', 'status: deve ser um destes valores: queued, running, completed, failed, cancelled.'],
    ['status=', 'status: deve ser um destes valores: queued, running, completed, failed, cancelled.'],
    ['kind=scrape', 'kind: deve ser um destes valores: discovery, profile.'],
    ['batch=1', 'batch: deve ser o id de um lote, um UUID.'],
    ['cursor=x', 'cursor: deve ficar como está no "next" da página anterior, um UUID.'],
    ['limit=0', 'limit: deve ser um número inteiro de 1 a 200.'],
    ['limit=201', 'limit: deve ser um número inteiro de 1 a 200.'],
    ['limit=1e2', 'limit: deve ser um número inteiro de 1 a 200.'],
    ['limit=', 'limit: deve ser um número inteiro de 1 a 200.'],
    ['limit=5&limit=6', 'limit: veio mais de uma vez.'],
    ['__proto__=1', '__proto__: campo desconhecido (os campos são status, kind, batch, cursor, limit).'],
    ['state=queued', 'state: campo desconhecido (você quis dizer "status"?).'],
    ['%ff=%00', '�: campo desconhecido (os campos são status, kind, batch, cursor, limit).'],
  ])('?%s', async (query, detail) => {
    const { status, body } = await api.get(`/jobs?${query}`)
    expect({ status, code: body.code, detail: body.detail }).toEqual({ status: 400, code: 'FIELD_INVALID', detail })
  })
})

describe('addresses and methods', () => {
  test.each(['/', '/nope', '/v2/scrape/', '/jobs/', '/jobs/a/b', '/%00', '/%zz', '/constructor'])(
    '%s is not there',
    async (path) => {
      const { status, body } = await api.get(path)
      expect([status, body.code]).toEqual([404, 'ROUTE_NOT_FOUND'])
    },
  )

  test.each([
    ['GET', '/v2/scrape', 'POST'],
    ['GET', '/v2/montagem_perfil', 'POST'],
    ['PUT', '/v2/scrape', 'POST'],
    ['DELETE', '/jobs', 'GET, HEAD'],
    ['POST', '/jobs/x', 'GET, HEAD'],
    ['GET', '/jobs/x/cancel', 'POST'],
    ['POST', '/v2/queue_discovery/metrics', 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('%s %s names what is allowed', async (method, path, allow) => {
    const response = await api.app.request(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe(allow)
    const body = await response.json()
    expect(body).toMatchObject({
      code: 'METHOD_NOT_ALLOWED',
      detail: `${path} aceita ${allow}; a requisição veio como ${method}.`,
    })
  })

  test('OPTIONS names what is allowed, and nothing about other origins', async () => {
    const response = await api.app.request('/v2/scrape', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.test' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('allow')).toBe('POST')
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  test.each([
    'x',
    '%00',
    '%zz',
    '%ed%a0%80',
    'x'.repeat(9000),
    "1'%20or%201=1",
    '01a',
    '{01975f00-0000-7000-8000-000000000000}',
    '01975f0000007000800000000000000',
  ])('a job id that cannot be one is not found: %s', async (id) => {
    for (const answer of [await api.get(`/jobs/${id}`), await api.post(`/jobs/${id}/cancel`, '')]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'JOB_NOT_FOUND'])
      expect(answer.body.detail.length).toBeLessThan(200)
    }
  })
})
