import { parse } from 'csv-parse/sync'
import { array, assert, asyncProperty, constantFrom, integer } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quoteRules } from '../../../../src/api/batch/intake/csv-quotes.ts'
import { csvRows } from '../../../../src/api/batch/intake/csv-rows.ts'
import { inputs, taken } from './taken.ts'

const cnpjs = ['11222333000181', '11444777000161', '00000000000191', '12ABC34501DE35']
const names = (lines: Parameters<typeof inputs>[0]) =>
  inputs(lines).map((input) => (input as { nome_fantasia?: string } | undefined)?.nome_fantasia)

async function* pieces(texts: Iterable<string>, count = { taken: 0 }) {
  for (const text of texts) {
    count.taken += 1
    yield text
  }
}

describe('a stray quote', () => {
  const sheet = (changes: Record<number, string>, rows = 5_000) =>
    [
      'cnpj;nome',
      ...Array.from({ length: rows }, (_each, n) => `${cnpjs[n % 4]};${changes[n + 2] ?? `Loja ${n + 2}`}`),
    ].join('\n')

  test.each([
    ['a text in quotes, thousands of rows later', { 100: '"Loja 99', 4000: '"Loja; X"' }, [100]],
    ['a text in quotes, a few rows later', { 100: '"Loja 99', 104: '"y"' }, [100]],
    ['a text that has nothing but its end in common with one in quotes', { 100: '"Loja 99', 104: 'Loja 5"' }, [100]],
    ['the next row', { 100: '"Loja 99', 101: 'Loja 5"' }, [100]],
    ['an empty text in quotes', { 100: '"Loja 99', 101: '""', 102: '"" ' }, [100]],
    ['another stray quote', { 100: '"Loja 99', 101: '"Loja 5' }, [100, 101]],
    ['no other', { 100: '"Loja 99' }, [100]],
    ['no other, in the last row', { 5001: '"Loja 99' }, [5001]],
    [
      'texts in quotes all over',
      Object.fromEntries(Array.from({ length: 5_000 }, (_each, n) => [n + 2, n === 98 ? '"L' : '"L; ""X"""'])),
      [100],
    ],
  ])('costs its own line and no other, before %s', async (_what, changes, invalid) => {
    const { lines, errors } = await taken(sheet(changes), { pieceBytes: 1_000 })
    expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: 5_000 }, (_each, n) => n + 2))
    expect(errors.map(({ line }) => line)).toEqual(invalid)
    expect(errors.flatMap((each) => each.errors)).toEqual(
      invalid.map((line) => ({
        field: 'nome_fantasia',
        reason: expect.stringMatching(new RegExp(`^as aspas abertas na linha ${line} não se fecham`)),
      })),
    )
  })

  test('before which a cell with line breaks stands costs the row of both, up to the line in which it opens', async () => {
    const { lines, errors } = await taken('nome;obs;uf\n"a\nb";"x;PR\nc;;PR\nd;"y";"PR"\n')
    expect(errors.map(({ line }) => line)).toEqual([2])
    expect(lines.map(({ line }) => line)).toEqual([2, 3, 4])
    expect(names(lines)).toEqual([undefined, 'c', 'd'])
  })

  test('leaves the line its external_id where its cells are as many as the columns, and keeps what it said', async () => {
    const { lines, errors } = await taken('nome;uf;id\n"a;PR;7\n"b; c" d;PR;8\n')
    expect(errors.map((each) => each.external_id)).toEqual(['7', null])
    expect(lines[0]).toMatchObject({ given: { nome_fantasia: '"a', uf: 'PR', external_id: '7' } })
  })

  test('that leads on and on, from text to text in quotes, takes no line out of the count', async () => {
    const { lines, errors } = await taken(`nome;obs\n${'a";"\n'.repeat(2_000)}b;\n`, { pieceBytes: 500 })
    expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: 2_001 }, (_each, n) => n + 2))
    expect(errors).toHaveLength(100)
    expect(names(lines).filter((name) => name !== undefined)).toEqual(['b'])
  })

  test('in the header is refused, and told', async () => {
    await expect(taken(`cnpj;"nome\n${cnpjs[0]};a\n`)).rejects.toMatchObject({
      code: 'BODY_NOT_CSV',
      message: expect.stringMatching(/^O cabeçalho .*aspas abertas na linha 1/),
    })
  })

  test('is found out without reading far ahead, however large the file is', async () => {
    const row = `${cnpjs[0]};Loja\n`
    const texts = function* () {
      yield `cnpj;nome;obs\n${cnpjs[1]};Loja;"sem fim\n`
      for (let n = 0; n < 10_000; n++) yield row.repeat(10)
    }
    const count = { taken: 0 }
    const rows = csvRows(pieces(texts(), count), {
      isKnown: (header) => header !== 'obs',
      ...quoteRules(
        () => ['cnpj', 'nome_fantasia', undefined],
        () => true,
      ),
    })
    const found = []
    for await (const { line, stray } of rows) {
      if (stray) found.push([line, count.taken < 200])
    }
    expect(found).toEqual([[2, true]])
    expect(count.taken).toBe(10_001)
  })
})

test('text behind a closing quote costs its line; white space does not', async () => {
  const { lines, errors } = await taken('nome;uf\n"a "b" c";PR\n"d" e;PR\n"f"  ;PR\n"g"\t;"PR" \n')
  expect(names(lines)).toEqual([undefined, undefined, 'f', 'g'])
  expect(errors.map((each) => each.errors)).toMatchObject([
    [{ field: 'nome_fantasia', reason: expect.stringMatching(/vem mais texto \(b" c";PR\); escreva ""/) }],
    [{ field: 'nome_fantasia', reason: expect.stringMatching(/\(e;PR\)/) }],
  ])
})

test('a quote within a text that does not begin with one stands for itself', async () => {
  expect(names((await taken('nome;uf\nCasa "da" Ana;PR\nLoja 5";PR\n')).lines)).toEqual(['Casa "da" Ana', 'Loja 5"'])
})

describe('line breaks within quotes', () => {
  test('are the text’s: in headers, in names, in notes of a hundred lines that name companies', async () => {
    const note = Array.from({ length: 100 }, (_each, n) => `${n}: ligar; "falar", ${'e '.repeat(50)}`)
    const cell = [...note, `CNPJ ${cnpjs[1]}`, cnpjs[2], '', 'fim'].join('\r\n').replaceAll('"', '""')
    const text = `"CNPJ\nda empresa";"Observações";Nome\r\n${cnpjs[0]};"${cell}";"Padaria\nBoa"\r\n${cnpjs[1]};"";Bar`
    const { lines, errors } = await taken(text, { pieceBytes: 50 })
    expect(errors).toEqual([])
    expect(lines.map(({ line }) => line)).toEqual([2, 3])
    expect(names(lines)).toEqual(['Padaria\nBoa', 'Bar'])
  })

  test('are read as another reader of CSV reads them, whatever the pieces', async () => {
    const cell = array(constantFrom('a', 'é', '"', ';', '\n', '\r\n', ' ', '1'), { maxLength: 8 }).map((signs) =>
      signs.join(''),
    )
    const table = array(array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 })
    const quoted = (text: string) =>
      /[";\r\n]/.test(text) || text.length > 3 ? `"${text.replaceAll('"', '""')}"` : text
    await assert(
      asyncProperty(table, integer({ min: 1, max: 40 }), constantFrom('\n', '\r\n'), async (rows, most, lineEnd) => {
        const text = [['nome', 'uf'], ...rows].map((cells) => cells.map(quoted).join(';') + lineEnd).join('')
        const lines = text.match(/[^\n]*\n/g)!
        const texts = Array.from({ length: Math.ceil(lines.length / most) }, (_each, n) =>
          lines.slice(n * most, (n + 1) * most).join(''),
        )
        const found = []
        const rules = quoteRules(
          () => [],
          () => true,
        )
        for await (const row of csvRows(pieces(texts), { isKnown: () => true, ...rules })) found.push(row)
        const wanted = parse(text, { delimiter: ';', relax_column_count: true, info: true, skip_empty_lines: false })
          .map((each, n) => ({ line: n + 1, cells: (each as unknown as { record: string[] }).record }))
          .filter(({ cells }) => cells.some((each) => each.trim() !== ''))
        expect(found.map(({ line, cells }) => ({ line, cells }))).toEqual(wanted)
      }),
      { numRuns: 300 },
    )
  })
})
