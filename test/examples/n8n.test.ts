import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { fieldOfHeader } from '../../src/api/batch/intake/csv-columns.ts'
import type { ResultRow } from '../../src/api/batch/results/results-row.ts'
import type { jobSchema } from '../../src/api/job/job-view.ts'
import { problemBody } from '../../src/api/problem.ts'
import { fieldsOf } from '../../src/api/request/field-errors.ts'
import { discovery } from '../../src/kinds/discovery/discovery.ts'

type Node = { id: string; name: string; type: string; parameters: Parameters; credentials?: object }
type Parameters = {
  method?: string
  httpMethod?: string
  resume?: string
  url?: string
  jsonBody?: string
  jsCode?: string
  jsonOutput?: string
  errorMessage?: string
  headerParameters?: { parameters: { name: string; value: string }[] }
  rules?: { values: { outputKey: string; conditions: { conditions: { leftValue: string }[] } }[] }
  assignments?: { assignments: { name: string; value: string }[] }
  conditions?: { conditions: { leftValue: string }[] }
}
type Workflow = {
  id: string
  active: boolean
  nodes: Node[]
  connections: Record<string, { main: { node: string }[][] }>
}
type Job = Pick<z.input<typeof jobSchema>, 'job_id' | 'kind' | 'status' | 'error' | 'external_id' | 'input' | 'result'>

const folder = new URL('../../examples/n8n/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
const workflows = new Map(
  files.map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Workflow]),
)
const nodeOf = (file: string, name: string): Parameters =>
  workflows.get(file)!.nodes.find((node) => node.name === name)!.parameters

/** What else an expression may read: the settings that the user filled in, and how often its node has run. */
type Around = { settings?: object; runIndex?: number }

/** What n8n makes of `={{ … }}` for one item; text around it stays. */
function evaluate(expression: string, $json: object, { settings = {}, runIndex = 0 }: Around = {}): unknown {
  const $ = () => ({ item: { json: settings }, first: () => ({ json: settings }) })
  const result = (code: string) =>
    new Function('$json', '$', '$runIndex', '$execution', `return (${code})`)($json, $, runIndex, {
      resumeUrl: 'http://n8n.test/resume',
    })
  const [, before, code, after] = /^=([^{]*)\{\{(.*)\}\}(.*)$/s.exec(expression)!
  return before || after ? `${before}${result(code!)}${after}` : result(code!)
}

describe.each([...workflows])('%s', (_file, { id, active, nodes, connections }) => {
  it('can be imported beside the others: ids of its own, unlike names, every connection to a node of it', () => {
    const names = nodes.map(({ name }) => name)
    const linked = Object.entries(connections).flatMap(([from, { main }]) => [
      from,
      ...main.flat().map(({ node }) => node),
    ])
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(nodes.map((node) => node.id)).size).toBe(names.length)
    expect(linked.filter((name) => !names.includes(name))).toEqual([])
    expect([...workflows.values()].filter((other) => other.id === id)).toHaveLength(1)
    expect(active).toBe(false)
  })

  it('holds nobody’s credentials', () => {
    expect(nodes.filter(({ credentials }) => credentials)).toEqual([])
    expect(JSON.stringify(nodes)).not.toMatch(/"value":"(Bearer|sonda_)/)
  })

  it('has no catch without a name, which n8n’s reader of expressions does not know: the node would say null', () => {
    expect(JSON.stringify(nodes)).not.toMatch(/catch\s*\{/)
  })

  it('sends an Idempotency-Key with every POST, since n8n repeats those that fail', () => {
    const posts = nodes.filter(({ parameters }) => parameters.method === 'POST')
    const keyed = posts.filter(({ parameters }) =>
      parameters.headerParameters!.parameters.some(({ name }) => name === 'Idempotency-Key'),
    )
    expect(posts.length).toBeGreaterThan(0)
    expect(keyed).toEqual(posts)
  })

  const post = nodes.find(({ parameters }) => parameters.method === 'POST')!.parameters

  it('takes the address with a stroke at its end, and the token with or without its Bearer', () => {
    const authorization = post.headerParameters!.parameters.find(({ name }) => name === 'Authorization')!.value
    const sent = (token: string) => evaluate(authorization, {}, { settings: { token } })
    expect([sent('sonda_1'), sent(' Bearer sonda_1\n'), sent('')]).toEqual(['Bearer sonda_1', 'Bearer sonda_1', ''])
    for (const sonda_url of ['http://x.test', 'http://x.test/', ' http://x.test// '])
      expect(evaluate(post.url!, { sonda_url }, { settings: { sonda_url } })).toMatch(/^http:\/\/x\.test\/v2\/[a-z]+$/)
  })

  describe('its POST', () => {
    const rules = nodes.find(({ name }) => name === 'Aceito?')!.parameters.rules!.values
    const wayOf = (statusCode: number, runIndex = 0) =>
      rules.find(({ conditions }) => evaluate(conditions.conditions[0]!.leftValue, { statusCode }, { runIndex }))
        ?.outputKey

    it('is tried again only where that helps, and not for ever', () => {
      for (const status of [429, 500, 503]) expect(wayOf(status)).toBe('tentar de novo')
      for (const status of [200, 400, 401, 404, 422]) expect(wayOf(status)).toBeUndefined()
      expect([wayOf(202), wayOf(202, 9), wayOf(503, 9)]).toEqual(['aceito', 'aceito', undefined])
    })

    it('ends with Sonda’s own sentence when it is refused, and says so when somebody else refused it', () => {
      const { errorMessage } = nodes.find(({ name }) => name === 'Recusado')!.parameters
      const data = JSON.stringify(problemBody('BATCH_EMPTY', 'Nenhuma linha vale.'))
      expect(evaluate(errorMessage!, { statusCode: 422, data })).toBe('Sonda: Nenhuma linha vale.')
      expect(evaluate(errorMessage!, { statusCode: 502, data: '<h1>Bad gateway' })).toMatch(/502.*Bad gateway/)
    })
  })
})

it('a node that waits for the callback answers POST, which is not n8n’s default', () => {
  const waiting = [...workflows.values()].flatMap(({ nodes }) =>
    nodes.filter(({ type }) => type === 'n8n-nodes-base.wait').map(({ parameters }) => parameters),
  )
  const forCallback = waiting.filter(({ resume }) => resume !== 'timeInterval')
  expect(forCallback).toEqual([expect.objectContaining({ resume: 'webhook', httpMethod: 'POST' })])
})

it('the columns of the example sheet are among those that a batch knows', () => {
  const rows = new Function(nodeOf('planilha-em-lote.json', 'Planilha').jsCode!)() as { json: object }[]
  const headers = Object.keys(rows[0]!.json)
  const fields = headers.map((header) => fieldOfHeader(header, fieldsOf(discovery.input)))
  expect(fields).toEqual(['external_id', 'cnpj', 'nome_fantasia', 'municipio', 'uf'])
})

it('the CSV that is sent has every cell as text: no digit of a number is lost, nor the zeros of a CNPJ', () => {
  const rows = [
    { Código: 1234567890123, CNPJ: 1040385000183, Nome: 'Pão "de" mel;\nLtda' },
    { CNPJ: '99.041.227/0001-42', Site: null },
  ]
  const $input = { all: () => rows.map((json) => ({ json })) }
  const code = nodeOf('planilha-em-lote.json', 'Converter em CSV').jsCode!
  const [{ json }] = new Function('$input', code)($input) as [{ json: { csv: string } }]
  expect(json.csv.split('\n')).toEqual([
    '"Código";"CNPJ";"Nome";"Site"',
    '"1234567890123";"01040385000183";"Pão ""de"" mel; Ltda";""',
    '"";"99.041.227/0001-42";"";""',
  ])
})

describe('what the callback workflow asks for', () => {
  const sent = (empresa: unknown) =>
    JSON.parse(
      evaluate(
        nodeOf('retorno-por-callback.json', 'Pedir com callback').jsonBody!,
        {},
        { settings: { empresa } },
      ) as string,
    )

  it('is what came to the webhook, whatever it is, and never another company', () => {
    const callback_url = 'http://n8n.test/resume'
    expect(sent({ CNPJ: '1', nome_fantasia: 'X' })).toEqual({ CNPJ: '1', nome_fantasia: 'X', callback_url })
    expect([sent({}), sent(null), sent({ cnpj: null })]).toEqual([
      { callback_url },
      { callback_url },
      { cnpj: null, callback_url },
    ])
    expect(sent([{ cnpj: '1' }])).toEqual([{ cnpj: '1' }])
  })

  it('is the example’s only by the button: nothing on the webhook’s way has a company of its own', () => {
    const { connections, nodes } = workflows.get('retorno-por-callback.json')!
    const reached = new Set<string>()
    const visit = (name: string): void => {
      if (reached.has(name)) return
      reached.add(name)
      for (const { node } of connections[name]?.main.flat() ?? []) visit(node)
    }
    visit('Ao receber o CNPJ')
    expect(reached).toContain('Pedir com callback')
    const onTheWay = nodes.filter(({ name }) => reached.has(name)).map(({ parameters }) => parameters)
    expect(JSON.stringify(onTheWay)).not.toContain('99.041.227')
  })
})

it('a list of companies has a request of its own for each', () => {
  const { assignments } = nodeOf('uma-empresa.json', 'Configuração').assignments!
  expect(assignments.find(({ name }) => name === 'pedido')!.value).toContain('$itemIndex')
  const { nodes } = workflows.get('uma-empresa.json')!
  expect(JSON.stringify(nodes.map(({ parameters }) => parameters))).not.toMatch(/\$\('[^']+'\)\.(first|last)\(/)
})

describe('the sheet of results', () => {
  const pending: ResultRow = {
    line: 2,
    external_id: 'A-1',
    status: 'queued',
    terminal: false,
    duplicate: false,
    job_id: '01a20616-d802-716d-b79b-8aad457e7f3d',
    input: { cnpj: '12ABC34501DE35' },
    errors: [],
    error: null,
    discovery: null,
    profile_status: null,
    profile_error: null,
    profile: null,
  }
  const columns = (row: ResultRow) =>
    evaluate(nodeOf('planilha-em-lote.json', 'Colunas da planilha').jsonOutput!, row) as Record<string, unknown>

  it('has the same columns for a line that found nothing, failed or was not valid as for one with a profile', () => {
    const claim = (value: string) => ({ value, evidence: [], confidence: 0.5 })
    const profile = {
      description: claim('Faz pão.'),
      contacts: { phones: [claim('+5541'), claim('+5542')], whatsapps: [], emails: [] },
      offerings: [{ name: 'Pão' }],
    }
    const whole = columns({ ...pending, status: 'completed', profile })
    expect(whole).toMatchObject({ Descrição: 'Faz pão.', Telefones: '+5541 | +5542', Ofertas: 'Pão' })
    for (const row of [pending, { ...pending, input: null, status: 'forgotten' } as const]) {
      expect(Object.keys(columns(row))).toEqual(Object.keys(whole))
    }
  })

  it('says why there is nothing', () => {
    const invalid = columns({
      ...pending,
      status: 'invalid',
      job_id: null,
      errors: [{ field: 'cnpj', reason: 'não vale' }],
    })
    const failed = columns({ ...pending, status: 'failed', error: { code: 'TIMEOUT', message: 'Passou do tempo.' } })
    expect([invalid.Motivo, failed.Motivo]).toEqual(['cnpj: não vale', 'Passou do tempo.'])
    const empty = columns({ ...pending, status: 'invalid', errors: [{ field: '', reason: 'informe o CNPJ' }] })
    const cancelled = columns({ ...pending, status: 'cancelled' })
    expect([empty.Motivo, cancelled.Motivo]).toEqual(['informe o CNPJ', 'O job foi cancelado.'])
  })

  it('has CNPJs with their punctuation, which no spreadsheet takes for a number', () => {
    expect(columns(pending).CNPJ).toBe('12.ABC.345/01DE-35')
    expect(columns({ ...pending, status: 'invalid', input: { cnpj: '123' } }).CNPJ).toBe('123')
  })
})

describe.each(['uma-empresa.json', 'retorno-por-callback.json'])('%s, once the job has ended', (file) => {
  const job: Job = {
    job_id: 'a',
    kind: 'discovery',
    status: 'completed',
    error: null,
    external_id: null,
    input: { cnpj: '12ABC34501DE35' },
    result: { status: 'found', website: 'http://x.test/', confidence: 0.9, why_none: null, reused: null },
  }
  const profile = { job_id: 'b', kind: 'profile', status: 'completed', error: null, result: { name: 'X' } } as const
  const isGood = (answer: object) => evaluate(nodeOf(file, 'Deu certo?').conditions!.conditions[0]!.leftValue, answer)
  const last = (answer: object) => evaluate(nodeOf(file, 'Site e perfil').jsonOutput!, answer)

  it('gives website and profile, also of a discovery that was reused and has no child', () => {
    const reused = { ...job, result: { ...job.result, reused: { profile: { name: 'X' } } }, children: [] }
    for (const answer of [{ ...job, children: [profile] }, reused]) {
      expect(isGood(answer)).toBe(true)
      expect(last(answer)).toMatchObject({ website: 'http://x.test/', perfil: { name: 'X' } })
    }
  })

  it('fails with the code and the sentence of the job, or of its profile', () => {
    const error = { code: 'TIMEOUT', message: 'Passou do tempo.' }
    const failures = [
      { ...job, status: 'failed', error, children: [] },
      { ...job, children: [{ ...profile, status: 'failed', error }] },
    ]
    for (const answer of failures) {
      expect(isGood(answer)).toBe(false)
      expect(evaluate(nodeOf(file, 'Falhou').errorMessage!, answer)).toContain('TIMEOUT: Passou do tempo.')
    }
    const cancelled = { ...job, status: 'cancelled', result: null, children: [] }
    expect(isGood(cancelled)).toBe(false)
    expect(evaluate(nodeOf(file, 'Falhou').errorMessage!, cancelled)).toContain('foi cancelado')
  })
})
