import type { AddressInfo } from 'node:net'
import { crc32, inflateRawSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { type Cell, cellsOf, columns } from '../../../src/api/batch/results/results-columns.ts'
import { csv } from '../../../src/api/batch/results/results-csv.ts'
import { type ResultRow, resultRow } from '../../../src/api/batch/results/results-row.ts'
import { bodyOf } from '../../../src/api/batch/results/results-stream.ts'
import { xlsx } from '../../../src/api/batch/results/results-xlsx.ts'
import { createApiServer } from '../../../src/api/server.ts'
import { until } from '../../support/poll.ts'
import { lineResult, profileOf } from './batch-lines.ts'

const headers = columns.map(({ header }) => header)
const rowOf = (row: Partial<Parameters<typeof lineResult>[0]> = {}): ResultRow =>
  resultRow('discovery', lineResult(row))
const cellOf = (row: ResultRow, header: string): Cell => cellsOf(row)[headers.indexOf(header)]!

async function* groupsOf(...groups: Cell[][][]) {
  yield* groups
}
const textOf = async (parts: AsyncIterable<string>) => {
  let text = ''
  for await (const part of parts) text += part
  return text
}
const csvOf = async (...rows: Cell[][]) => textOf(csv(groupsOf(rows)))
const only = (text: string): Cell[] => [text, ...columns.slice(1).map(() => null)]

/** What an unpacker makes of an archive, by its central directory; it checks every sum and size. */
function unzip(bytes: Buffer): Map<string, string> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  const files = new Map<string, string>()
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50)
    const [crc, packedBytes, size] = [16, 20, 24].map((field) => bytes.readUInt32LE(at + field))
    const nameBytes = bytes.readUInt16LE(at + 28)
    const name = bytes.toString('utf8', at + 46, at + 46 + nameBytes)
    const local = bytes.readUInt32LE(at + 42)
    expect(bytes.readUInt32LE(local)).toBe(0x04034b50)
    const start = local + 30 + bytes.readUInt16LE(local + 26)
    const plain = inflateRawSync(bytes.subarray(start, start + packedBytes!))
    expect([plain.length, crc32(plain)]).toEqual([size, crc])
    expect(bytes.readUInt32LE(start + packedBytes!)).toBe(0x08074b50)
    files.set(name, plain.toString())
    at += 46 + nameBytes
  }
  expect(at).toBe(end)
  return files
}
const xlsxOf = async (...groups: Cell[][][]) => {
  const parts: Uint8Array[] = []
  for await (const part of xlsx(groupsOf(...groups), groups.flat().length)) parts.push(part)
  return unzip(Buffer.concat(parts))
}
const sheetOf = async (...groups: Cell[][][]) => (await xlsxOf(...groups)).get('xl/worksheets/sheet1.xml')!

describe('the columns', () => {
  test('are these, in this order, since people build on them', () => {
    expect(headers.join('; ')).toBe(
      'linha; id externo; cnpj; razão social; nome fantasia; município; uf; situação do pedido; repetida; erro; ' +
        'resultado da busca; site; confiança (%); motivo; avisos; situação cadastral; atividade principal; abertura; porte; ' +
        'telefones do cadastro; e-mail do cadastro; situação do perfil; nome no site; o que faz; setor; modelo de negócio; ' +
        'ofertas; segmentos; diferenciais; certificações; marcas; clientes; endereços; telefones; whatsapp; e-mails; ' +
        'instagram; facebook; linkedin; outras redes; ano de fundação; tamanho declarado; job',
    )
  })

  test('hold what was found, flat', () => {
    const row = rowOf({ child_status: 'completed', child_result: profileOf() })
    const shown = Object.fromEntries(headers.map((header, at) => [header, cellsOf(row)[at]]))
    expect(shown).toMatchObject({
      linha: 7,
      cnpj: '00.000.000/0001-91',
      'razão social': 'AÇOUGUE SÃO JOÃO LTDA',
      município: 'Curitiba',
      'situação do pedido': 'concluído',
      repetida: null,
      erro: null,
      'resultado da busca': 'encontrado',
      site: 'https://acougue.example/',
      'confiança (%)': 95,
      'situação cadastral': 'ATIVA',
      'telefones do cadastro': '(41) 3232-4455',
      'situação do perfil': 'concluído',
      'o que faz': 'Vende carnes.',
      'modelo de negócio': 'B2B e B2C',
      ofertas: 'Picanha | Entrega',
      telefones: '(41) 99999-8888 | 0800 123 4567 | 4004-1234 | +12133734253',
      'e-mails': 'oi@acougue.example',
      instagram: 'https://www.instagram.com/acougue',
      'outras redes': 'https://www.tiktok.com/@acougue',
      'ano de fundação': 1998,
    })
  })

  test('of an invalid line say what was given and what is wrong, and of a failed job why', () => {
    const invalid = rowOf({
      job_id: null,
      status: null,
      given: { cnpj: '123', uf: 'XX' },
      complaints: [{ field: 'cnpj', reason: 'não é válido' }],
    })
    expect(cellOf(invalid, 'situação do pedido')).toBe('inválida')
    expect([cellOf(invalid, 'cnpj'), cellOf(invalid, 'erro')]).toEqual(['123', 'cnpj: não é válido'])
    const error = { code: 'TIMEOUT', message: 'Passou do tempo.', attempt: 1, at: '' } as const
    const failed = rowOf({ status: 'failed', error, result: null, child_error: error })
    expect(cellOf(failed, 'erro')).toBe('TIMEOUT: Passou do tempo. | perfil: TIMEOUT: Passou do tempo.')
  })

  test('take a profile that a reused answer brought, and the result of a profile job', () => {
    const reused = rowOf({ result: { ...lineResult().result, reused: { discovered_at: '', profile: profileOf() } } })
    expect([cellOf(reused, 'setor'), reused.profile_status]).toEqual(['Alimentos', 'completed'])
    const own = resultRow('profile', lineResult({ result: profileOf() }))
    expect([cellOf(own, 'setor'), cellOf(own, 'site')]).toEqual(['Alimentos', 'https://acougue.example/'])
  })

  test('show nothing rather than fail where a result has another shape than today', () => {
    for (const result of [{}, { n: 1 }, { status: 'x', registry: [], warnings: 'y', socials: 3 }]) {
      const row = rowOf({ result, child_result: { contacts: 5, offerings: { name: {} }, name: [null, { value: 3 }] } })
      expect(cellOf(row, 'site')).toBeNull()
      expect(cellsOf(row)).toHaveLength(columns.length)
    }
  })
})

describe('CSV', () => {
  test('begins with a byte order mark, separates by semicolons, and comes back as it went in', async () => {
    const text = await csvOf(only('São "Zé"; Cia, Ltda'), cellsOf(rowOf()))
    expect(text.startsWith('\ufefflinha;id externo;cnpj;')).toBe(true)
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    const rows: string[][] = parse(text, { delimiter: ';', bom: true })
    expect(rows).toHaveLength(3)
    expect(rows[1]![0]).toBe('São "Zé"; Cia, Ltda')
    expect(rows[2]!.slice(0, 3)).toEqual(['7', 'A-1', '00.000.000/0001-91'])
  })

  test.each(['=1+1', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', ' =1', '\u00a0=1', '＝1', '=cmd|/C calc!A0'])(
    '%j is no formula',
    async (text) => {
      const [, cell] = /\r\n"?(.*?)"?;/s.exec(await csvOf(only(text)))!
      expect(cell).toBe(`'${text}`)
    },
  )

  test('a cell has one line, whatever the site wrote', () => {
    const profile = { ...profileOf(), description: { value: 'Um\r\n dois\u2028três', evidence: [], confidence: 1 } }
    expect(cellOf(rowOf({ child_result: profile }), 'o que faz')).toBe('Um dois três')
  })
})

describe('XLSX', () => {
  test('is an archive whose every part is whole, and a sheet with every row', async () => {
    const files = await xlsxOf([cellsOf(rowOf()), cellsOf(rowOf())], [cellsOf(rowOf())])
    expect([...files.keys()]).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'xl/workbook.xml',
      'xl/_rels/workbook.xml.rels',
      'xl/styles.xml',
      'xl/worksheets/sheet1.xml',
    ])
    const sheet = files.get('xl/worksheets/sheet1.xml')!
    expect(sheet.match(/<row /g)).toHaveLength(4)
    expect(sheet).toContain('<autoFilter ref="A1:AQ4"/>')
    expect(sheet).toContain('<c r="A2"><v>7</v></c>')
  })

  test('types what looks like a formula or a number as the text that it is', async () => {
    const sheet = await sheetOf([only('=1+1'), only('00123'), only('+5541')])
    for (const text of ['=1+1', '00123', '+5541'])
      expect(sheet).toContain(`s="1" t="inlineStr"><is><t xml:space="preserve">${text}<`)
    expect(sheet).not.toContain('<f>')
  })

  test('writes what XML cannot hold so that Excel opens the file', async () => {
    const sheet = await sheetOf([only('a\u0000b\u0008c\ud800d\uffff <&> 😀 _x0041_')])
    expect(sheet).toContain('>abcd &lt;&amp;&gt; 😀 _x005F_x0041_<')
    const long = await sheetOf([only('x'.repeat(40_000))])
    expect(/x{100,}…/.exec(long)![0]).toHaveLength(32_767)
  })
})

describe('a streamed answer', () => {
  async function serve(parts: () => AsyncIterable<string>, ask: (url: string, errors: Error[]) => Promise<void>) {
    const errors: Error[] = []
    const app = new Hono().get('/', (c) => c.body(bodyOf(parts(), (error) => errors.push(error))))
    const server = createApiServer(app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, errors)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  test('that fails on the way is seen to be broken off by its reader', async () => {
    async function* parts() {
      yield 'linha;cnpj\r\n'
      throw new Error('the database is away')
    }
    await serve(parts, async (url, errors) => {
      await expect(fetch(url).then((response) => response.text())).rejects.toThrow()
      expect(errors.map(({ message }) => message)).toEqual(['the database is away'])
    })
  })

  test('is written no further than its reader has come, and no more when that one leaves', async () => {
    let made = 0
    let isOver = false
    async function* parts() {
      try {
        for (; ; made += 1) yield 'x'.repeat(100_000)
      } finally {
        isOver = true
      }
    }
    await serve(parts, async (url) => {
      const gone = new AbortController()
      const response = await fetch(url, { signal: gone.signal })
      await response.body!.getReader().read()
      let before = -1
      // What the sockets hold is some megabytes.
      await until('nothing more is made', () => {
        const isStill = made === before
        before = made
        return isStill
      })
      expect(made).toBeLessThan(500)
      gone.abort()
      await until('the rows are no longer read', () => isOver)
    })
  })
})
