import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inputs, taken } from './taken.ts'

const cnpjs = ['11222333000181', '11444777000161', '00000000000191', '12ABC34501DE35']
const names = (lines: Parameters<typeof inputs>[0]) =>
  inputs(lines).map((input) => (input as { nome_fantasia?: string } | undefined)?.nome_fantasia)
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`

describe('a text in quotes that closes properly', () => {
  const noteOf = (lines: number) => Array.from({ length: lines }, (_each, n) => `nota ${n}`).join('\n')

  test.each(['\n', '\r\n'])('is one cell however many lines it has, in any column: %j', async (lineEnd) => {
    const note = noteOf(250).replaceAll('\n', lineEnd)
    const text = ['Nome;CNPJ;Obs', `A;${cnpjs[0]};"${note}"`, `"${note}";${cnpjs[1]};x`, `C;${cnpjs[2]};`].join(lineEnd)
    const { lines, errors } = await taken(text, { pieceBytes: 500 })
    expect(inputs(lines).map((input) => (input as { cnpj?: string } | undefined)?.cnpj)).toEqual([
      cnpjs[0],
      undefined,
      cnpjs[2],
    ])
    // So long a name is no name; that is for the field's own rule to say.
    expect(errors).toMatchObject(
      [{ line: 3, errors: [{ field: 'nome_fantasia', reason: /caracteres|200/ }] }].map(({ line }) => ({
        line,
        errors: [{ field: 'nome_fantasia', reason: expect.not.stringMatching(/aspas/) }],
      })),
    )
  })

  test('has as many characters as a cell of Excel holds, however its lines end; of a longer one no line becomes a company', async () => {
    const note = `${'x\r\n'.repeat(16_000)}`
    const longest = note + 'y'.repeat(32_767 - 32_000)
    for (const [cell, isTaken] of [
      [longest, true],
      [`${longest}y`, false],
    ] as const) {
      const { lines, errors } = await taken(`Nome;Obs\r\nA;"${cell}"\r\nB;\r\n`, { pieceBytes: 8_000 })
      expect(names(lines).filter((name) => name !== undefined)).toEqual(isTaken ? ['A', 'B'] : ['B'])
      if (!isTaken) expect(errors[0]!.errors[0]!.reason).toMatch(/^as aspas abertas na linha 2 .*32\.767/)
      expect(lines).toHaveLength(isTaken ? 2 : 16_002)
    }
  })
})

describe('behind a quote that was given up', () => {
  test('the row that has its end is invalid, and so are the lines between', async () => {
    const { lines, errors } = await taken(`Nome;CNPJ\n"Linha1\nLinha2 "x" y\nLinha3";${cnpjs[0]}\nB;${cnpjs[1]}\n`)
    expect(names(lines)).toEqual([undefined, undefined, undefined, 'B'])
    expect(errors.map(({ line, errors: [first] }) => [line, first!.reason])).toEqual([
      [2, expect.stringMatching(/^as aspas abertas na linha 2 /)],
      [3, expect.stringMatching(/linha 2/)],
      [4, expect.stringMatching(/linha 2/)],
    ])
  })

  test('a name of three lines with a separator is that name', async () => {
    const { lines, errors } = await taken(`Nome;CNPJ\n"Linha1\nLinha2; x\nLinha3";${cnpjs[0]}\nB;${cnpjs[1]}\n`)
    expect(errors).toEqual([])
    expect(names(lines)).toEqual(['Linha1\nLinha2; x\nLinha3', 'B'])
  })

  test.each([
    ['"a;PR\nb;PR\nc";PR\nd;PR', [undefined, undefined, undefined, 'd']],
    ['"a;PR\nc";PR\nd;PR', [undefined, undefined, 'd']],
    ['"a;PR\nb";"x\ny";PR\nd;PR', [undefined, undefined, undefined, 'd']],
  ])('in a sheet without CNPJs no row up to its end is sure: %j', async (rows, expected) => {
    const { lines, errors } = await taken(`nome;uf\n${rows}\n`)
    expect(names(lines)).toEqual(expected)
    expect(errors.at(-1)!.errors[0]!.reason).toMatch(/linha 2/)
  })

  test('where the row of a company stands, that is one, also with a quote at its end', async () => {
    const rows = ['A;"x', 'y', `B;${cnpjs[1]};5"`, 'C', `D;${cnpjs[2]};`]
    const { lines, errors } = await taken(`Nome;CNPJ;Obs\n${rows.join('\n')}\n`)
    expect(names(lines)).toEqual([undefined, undefined, 'B', 'C', 'D'])
    expect(errors.map(({ line }) => line)).toEqual([2, 3])
  })

  test('two rows that would make one company are two that are invalid', async () => {
    const { lines } = await taken(`Nome;CNPJ\n"A;${cnpjs[0]}\nB";${cnpjs[1]}\nC;${cnpjs[2]}\n`)
    expect(names(lines)).toEqual([undefined, undefined, 'C'])
  })

  test('and that has no end, rows of a sheet without CNPJs are taken with a warning, and shorter ones are not', async () => {
    const { lines, errors, warnings } = await taken('nome;uf\n"a;PR\nb\nc;PR\nd;SP\n')
    expect(names(lines)).toEqual([undefined, undefined, 'c', 'd'])
    expect(errors.map(({ line }) => line)).toEqual([2, 3])
    expect(warnings).toEqual([expect.stringMatching(/linhas 4, 5\)/)])
  })

  test.each([
    ['"Linha "x" 1\nLinha2; y; z\nfim";PR;', [undefined, undefined, undefined]],
    ['A;PR;"x"\n\naaa";', ['A', undefined]],
  ])('or closed too early, its end is no company: %j', async (rows, expected) => {
    const { lines } = await taken(`nome;uf;obs\n${rows}\nB;PR;\n`)
    expect(names(lines)).toEqual([...expected, 'B'])
  })

  test('in notes of rows that are rows themselves, none of these is taken in or lost', async () => {
    const { lines } = await taken('nome;uf;obs\nA;PR;"x\nB;SP;y\nC;RJ;z"\nD;RJ;\n')
    expect(names(lines)).toEqual([undefined, undefined, undefined, 'D'])
  })
})

describe('a header with a line break', () => {
  test.each([';', ',', '\t'])('is read with %j between its columns, in whichever it stands', async (s) => {
    for (const headers of [
      ['"Razão\nSocial"', 'CNPJ', 'Cidade'],
      ['CNPJ', '"Razão\r\nSocial"', '"Cidade\n(sede; ou, se não, filial)"'],
    ]) {
      const { lines } = await taken(
        `${headers.join(s)}\n${headers.map((h) => (h === 'CNPJ' ? cnpjs[0] : 'X')).join(s)}`,
      )
      expect(inputs(lines)).toMatchObject([{ cnpj: cnpjs[0], razao_social: 'X' }])
    }
  })

  test('that would take in companies is refused', async () => {
    const text = `cnpj;"nome\n${cnpjs[0]};a\n${cnpjs[1]};b"\n${cnpjs[2]};c\n`
    await expect(taken(text)).rejects.toMatchObject({ code: 'BODY_NOT_CSV', message: expect.stringMatching(/linha 1/) })
  })
})

describe('a sheet as a writer of CSV writes it', () => {
  const separators = [';', ',', '\t']
  const text = (signs: readonly string[], maxLength: number) =>
    array(constantFrom(...signs), { maxLength }).map((parts) => parts.join(''))
  /** Whatever quotes may hold. */
  const wild = text(['a', 'é', '"', '""', ...separators, '\n', '\r\n', ' ', '1', '\n\n'], 14)
  const row = record({ name: wild, note: wild, city: wild, cnpj: integer({ min: 0, max: 3 }) })
  const sheets = record({
    rows: array(row, { minLength: 1, maxLength: 8 }),
    order: constantFrom([0, 1, 2, 3], [3, 1, 0, 2], [1, 2, 3, 0], [2, 3, 0, 1]),
    separator: constantFrom(...separators),
    lineEnd: constantFrom('\n', '\r\n'),
    pieceBytes: integer({ min: 1, max: 60 }),
    isBare: constantFrom(true, false),
  })
  const write = (
    table: readonly (readonly string[])[],
    { separator, lineEnd }: { separator: string; lineEnd: string },
  ) =>
    table
      .map((cells) => cells.map((cell) => (/[";,\t\r\n ]/.test(cell) ? quoted(cell) : cell)).join(separator) + lineEnd)
      .join('')
  const shown = (cell: string) => cell.trim() || undefined

  test('loses, alters and invents no line, where each has its CNPJ', async () => {
    await assert(
      asyncProperty(sheets, async ({ rows, order, pieceBytes, ...how }) => {
        const inOrder = (cells: readonly string[]) => order.map((at) => cells[at]!)
        const table = rows.map(({ name, note, city, cnpj }) => inOrder([cnpjs[cnpj]!, `N${name}`, note, `M${city}`]))
        const header = inOrder(['"CNPJ', 'Nome', 'Obs\nde hoje', 'Cidade'].map((each) => each.replace('"', '')))
        const { lines, errors } = await taken(write([header, ...table], how), { pieceBytes })
        expect(errors).toEqual([])
        expect(inputs(lines)).toEqual(
          rows.map(({ name, city, cnpj }) => ({
            cnpj: cnpjs[cnpj],
            nome_fantasia: shown(`N${name}`),
            municipio: shown(`M${city}`),
            profile: true,
          })),
        )
      }),
      { numRuns: 400 },
    )
  })

  test('with one quote too many or too few loses the company of that line at most', async () => {
    await assert(
      asyncProperty(sheets, integer({ min: 0 }), async ({ rows, order, pieceBytes, isBare: isMore, ...how }, where) => {
        const inOrder = (cells: readonly string[]) => order.map((at) => cells[at]!)
        const table = rows.map(({ note, city }, n) => inOrder([cnpjs[n % 4]!, `N${n}`, `x${note}`, `M${city}`]))
        const whole = write(table, how)
        const marks = [...whole.matchAll(/"/g)].map(({ index }) => index)
        const place = isMore ? where % whole.length : (marks[where % marks.length] ?? 0)
        const spoilt = `${whole.slice(0, place)}${isMore ? '"' : ''}${whole.slice(isMore ? place : place + 1)}`
        const { lines } = await taken(write([inOrder(['CNPJ', 'Nome', 'Obs', 'Cidade'])], how) + spoilt, { pieceBytes })
        const written = new Set(rows.map((_row, n) => `${cnpjs[n % 4]} N${n}`))
        const companies = inputs(lines).flatMap((input) => {
          const { cnpj, nome_fantasia } = (input ?? {}) as { cnpj?: string; nome_fantasia?: string }
          return input ? [`${cnpj} ${nome_fantasia}`] : []
        })
        expect(companies.filter((each) => written.has(each)).length).toBeGreaterThanOrEqual(rows.length - 1)
      }),
      { numRuns: 600 },
    )
  })

  test('without CNPJs, alters and invents none, and tells the line in which each that is not sure begins', async () => {
    await assert(
      asyncProperty(sheets, async ({ rows, pieceBytes, isBare, ...how }) => {
        const header = isBare ? ['Nome', 'Obs'] : ['Nome', 'Obs', 'Cidade']
        const table = rows.map(({ name, note, city }) => [`N${name}`, note, `M${city}`].slice(0, header.length))
        const { lines, errors } = await taken(write([header, ...table], how), { pieceBytes })
        const written = rows.map(({ name, city }) => [shown(`N${name}`), isBare ? undefined : shown(`M${city}`)])
        const found = inputs(lines).flatMap((input) => {
          const { nome_fantasia, municipio } = (input ?? {}) as { nome_fantasia?: string; municipio?: string }
          return input ? [[nome_fantasia, municipio]] : []
        })
        let at = 0
        for (const each of found) {
          at = written.findIndex((one, n) => n >= at && JSON.stringify(one) === JSON.stringify(each)) + 1
          expect(at).toBeGreaterThan(0)
        }
        const given = errors.filter(({ errors: [first] }) => first!.reason.startsWith('as aspas abertas na linha'))
        expect(found.length + given.length).toBe(rows.length)
      }),
      { numRuns: 400 },
    )
  })
})
