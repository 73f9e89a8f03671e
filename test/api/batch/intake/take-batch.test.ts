import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { field } from '../../../../src/api/batch/results/results-csv.ts'
import { inputs, taken } from './taken.ts'

const refusal = (code: string, detail: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(detail) })

const cnpj = '11222333000181'
const zeroCnpj = '00000000000191'

describe('CSV', () => {
  test.each([
    ['a semicolon', ';'],
    ['a comma', ','],
    ['a tab', '\t'],
  ])('is read with %s between its columns, with quotes, in any order', async (_name, s) => {
    const text = [
      ['Cidade', 'Razão Social', ' CNPJ da empresa ', 'UF', 'Código'].join(s),
      ['"São Paulo"', `"Padaria ${s} ""Boa"""`, cnpj, 'sp', '007'].join(s),
    ].join('\r\n')
    const { lines, warnings } = await taken(text)
    expect(lines).toEqual([
      {
        line: 2,
        externalId: '007',
        input: {
          cnpj,
          razao_social: `Padaria ${s} "Boa"`,
          municipio: 'São Paulo',
          uf: 'SP',
          external_id: '007',
          profile: true,
        },
      },
    ])
    expect(warnings).toEqual([])
  })

  const accented = 'cnpj;nome fantasia;município\n11222333000181;Açaí & Pão;São João\n;Só Ascii;Rio\n'
  test.each([
    ['UTF-8', Buffer.from(accented), 'text/csv'],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${accented}`), 'text/csv'],
    ['UTF-8 under a wrong label', Buffer.from(accented), 'text/csv; charset=iso-8859-1'],
    ['Windows-1252', iconv.encode(accented, 'windows-1252'), 'text/csv'],
    ['Windows-1252 under a wrong label', iconv.encode(accented, 'windows-1252'), 'text/csv; charset=utf-8'],
    ['UTF-16, as Excel saves Unicode text', iconv.encode(accented, 'utf-16le', { addBOM: true }), 'text/csv'],
    ['UTF-16, the other way round', iconv.encode(accented, 'utf-16be', { addBOM: true }), 'text/csv'],
    ['UTF-16 without a byte order mark', iconv.encode(accented, 'utf-16le', { addBOM: false }), 'text/csv'],
    ['UTF-16 without one, the other way round', iconv.encode(accented, 'utf-16be', { addBOM: false }), 'text/csv'],
  ])('in %s is read with its accents', async (_name, bytes, type) => {
    const { lines } = await taken(bytes, { type })
    expect(inputs(lines)).toMatchObject([{ nome_fantasia: 'Açaí & Pão' }, { nome_fantasia: 'Só Ascii' }])
    expect(lines.map(({ line }) => line)).toEqual([2, 3])
  })

  test('a charset that its header names is read as such', async () => {
    const { lines } = await taken(iconv.encode('nome\nШоколад\n', 'windows-1251'), {
      type: 'text/csv; charset=windows-1251',
    })
    expect(inputs(lines)).toMatchObject([{ nome_fantasia: 'Шоколад' }])
  })

  test('knows the headers that people write, in Portuguese and English', async () => {
    const headers = ['ID', 'cnpj', 'razao social', 'Nome_Fantasia', 'CITY', 'Estado', 'Página', 'Perfil', 'max age']
    const row = ['7', cnpj, 'Razão', 'Fantasia', 'Curitiba', 'PR', 'example.com', 'não', '0']
    const { lines } = await taken(`${headers.join(';')}\n${row.join(';')}\n`)
    expect(inputs(lines)).toEqual([
      {
        external_id: '7',
        cnpj,
        razao_social: 'Razão',
        nome_fantasia: 'Fantasia',
        municipio: 'Curitiba',
        uf: 'PR',
        website: 'http://example.com/',
        profile: false,
        max_age: 0,
      },
    ])
  })

  test('numbers rows as a spreadsheet does: the header, empty rows and line breaks within quotes included', async () => {
    const { lines } = await taken('nome;id\n\n;;;\n"a\nb";1\r\n  \nc;2')
    expect(lines.map(({ line, externalId }) => [line, externalId])).toEqual([
      [4, '1'],
      [6, '2'],
    ])
  })

  test('takes `sep=` for what it is, and a header that stands after empty lines', async () => {
    const { lines } = await taken('sep=,\r\n\r\nnome,site\r\nA;B,a.com\r\n')
    expect(lines).toMatchObject([{ line: 4, input: { nome_fantasia: 'A;B', website: 'http://a.com/' } }])
  })

  test('keeps unknown columns aside, and says so', async () => {
    const { lines, warnings } = await taken(`Telefone;cnpj;\n1;${cnpj};\n`)
    expect(inputs(lines)).toEqual([{ cnpj, profile: true }])
    expect(warnings).toEqual([expect.stringMatching(/não são usadas: "Telefone"/)])
  })

  test('without a known header is refused, with those that are', async () => {
    await expect(taken(`${cnpj};Padaria\n`)).rejects.toEqual(
      refusal('BODY_NOT_CSV', /cnpj .*razao_social .*municipio \(ou cidade/),
    )
    await expect(taken('')).rejects.toEqual(refusal('BODY_NOT_CSV', /vazio/))
  })

  test.each([
    ['cnpj;CNPJ\n1;2\n', /"cnpj", "CNPJ"/],
    ['Nome;Nome Fantasia\n1;2\n', /nome_fantasia/],
  ])('whose header names a column twice is refused: %j', async (text, detail) => {
    await expect(taken(text)).rejects.toEqual(refusal('BODY_NOT_CSV', detail))
  })

  test('that is a workbook is told from one', async () => {
    await expect(taken(Buffer.from('504b0304140006000800', 'hex'))).rejects.toEqual(refusal('BODY_NOT_CSV', /Excel/))
  })

  test('a CNPJ that lost its zeros gets them back where the check digits agree, with a warning', async () => {
    const { lines, warnings } = await taken('cnpj\n191\n00000000191\n0000000000191\n11222333000\n')
    expect(inputs(lines)).toEqual([
      undefined,
      { cnpj: zeroCnpj, profile: true },
      { cnpj: zeroCnpj, profile: true },
      undefined,
    ])
    expect(warnings).toEqual([expect.stringMatching(/zeros à esquerda.*linhas 3, 4\)/)])
  })

  test('a CNPJ in scientific notation is invalid, and its reason says how it came to be', async () => {
    const { errors } = await taken('id;cnpj\n9;1,12223E+13\n')
    expect(errors).toEqual([
      {
        line: 2,
        external_id: '9',
        errors: [{ field: 'cnpj', reason: expect.stringMatching(/Excel .*"1,12223E\+13".*Texto/) }],
      },
    ])
  })

  test('a CNPJ is read as spreadsheets and pandas write one that is text, or a number with all its digits', async () => {
    const written = [
      "'00000000000191",
      '="00000000000191"',
      '"=""00000000000191"""',
      '11222333000181.0',
      '191000000191.0',
    ]
    const { lines, errors } = await taken(`cnpj;id\n${written.join(';"=""007"""\n')};7\n1.1222333000181E+13;\n`)
    expect(inputs(lines).map((input) => (input as { cnpj?: string } | undefined)?.cnpj)).toEqual([
      ...[zeroCnpj, zeroCnpj, zeroCnpj, cnpj, undefined],
      cnpj,
    ])
    expect(lines[0]).toMatchObject({ externalId: '007' })
    expect(errors).toMatchObject([{ line: 6, errors: [{ reason: expect.stringMatching(/aqui há 12/) }] }])
  })

  test('a maximum age that is no number of days is told as it was written', async () => {
    const { lines, errors } = await taken('nome;validade\na;-1\nb;1,5\nc;um mês\nd;30.0\ne;4000\n')
    expect(errors.map(({ errors: [first] }) => first!.reason)).toEqual([
      ...['-1', '1,5', 'um mês'].map((text) => `"${text}" não é um número inteiro de dias, como 30`),
      'deve ser no máximo 3650',
    ])
    expect(inputs(lines)[3]).toMatchObject({ max_age: 30 })
  })

  test('the apostrophes that our own export put before formulas are gone again', async () => {
    const texts = ['-2', '=x', '+55 "a"', '@b', ' =c', '＝d', "'t Hooft", 'a=b']
    const rows = texts.map((text) => `${field(text)};${field(text)}`)
    const { lines } = await taken(`id;nome\n${rows.join('\n')}\n`)
    expect(inputs(lines)).toMatchObject(texts.map((text) => ({ external_id: text.trim(), nome_fantasia: text.trim() })))
  })

  test('ends at a Ctrl-Z', async () => {
    expect((await taken('nome\na\n\u001a')).lines).toMatchObject([{ input: { nome_fantasia: 'a' } }])
    expect((await taken('nome\nb\u001a')).lines).toMatchObject([{ input: { nome_fantasia: 'b' } }])
    expect((await taken('{"nome_fantasia":"c"}\n\u001a', { type: 'application/x-ndjson' })).lines).toHaveLength(1)
  })

  test('in CP850 is read as Windows-1252 with a warning that names it, and as CP850 where that is told', async () => {
    const bytes = iconv.encode('nome;cidade\nPadaria;Rio\nAçougue;São João\n', 'cp850')
    expect((await taken(bytes)).warnings).toEqual([expect.stringMatching(/CP850.*"A‡ougue"/)])
    const told = await taken(bytes, { type: 'text/csv; charset=cp850' })
    expect(inputs(told.lines)[1]).toMatchObject({ nome_fantasia: 'Açougue', municipio: 'São João' })
    expect(told.warnings).toEqual([])
    const usual = 'nome\nCœur d’Ávila – 5€ £3 “Açaí” Ñandú über 10µm Ærø\n'
    expect((await taken(iconv.encode(usual, 'windows-1252'))).warnings).toEqual([])
  })

  test('a row with more cells than the header is invalid; one with fewer has blank ones', async () => {
    const { lines, errors } = await taken('nome,uf\nPadaria, Ltda,PR\nBar\nCafé,PR,,\n')
    expect(inputs(lines)).toMatchObject([undefined, { nome_fantasia: 'Bar' }, { nome_fantasia: 'Café', uf: 'PR' }])
    expect(errors).toMatchObject([
      { line: 2, errors: [{ field: '', reason: expect.stringMatching(/3 colunas.* 2;/) }] },
    ])
  })

  test('a line is invalid for the same reasons as a single request, and is kept as it was given', async () => {
    const { lines, errors } = await taken('id;cnpj;uf;perfil\nx;123;XX;\ny;;;talvez\n')
    expect(errors).toEqual([
      {
        line: 2,
        external_id: 'x',
        errors: [
          { field: 'cnpj', reason: expect.stringMatching(/"123" não é um CNPJ válido/) },
          { field: 'uf', reason: expect.stringMatching(/"XX" não é a sigla/) },
        ],
      },
      { line: 3, external_id: 'y', errors: [{ field: 'profile', reason: '"talvez" não é sim nem não' }] },
    ])
    expect(lines[0]).toMatchObject({ line: 2, externalId: 'x', given: { external_id: 'x', cnpj: '123', uf: 'XX' } })
  })

  test('for profiles has the columns of profiles', async () => {
    const { kind, lines, warnings } = await taken(`cnpj;uf\n${cnpj};PR\n`, { query: 'kind=profile' })
    expect(kind.name).toBe('profile')
    expect(inputs(lines)).toEqual([{ cnpj }])
    expect(warnings).toHaveLength(1)
  })

  test('with more lines, longer lines or more bytes than are taken is refused', async () => {
    const large = { code: 'BODY_TOO_LARGE' }
    expect((await taken('nome\na\n\nb\n', { limits: { lines: 2 } })).lines).toHaveLength(2)
    await expect(taken('nome\na\n\nb\nc\n', { limits: { lines: 2 } })).rejects.toMatchObject(large)
    await expect(taken(`nome\n${'a'.repeat(300)}`, { limits: { lineBytes: 200 } })).rejects.toMatchObject(large)
    const wide = iconv.encode(`nome\n${'a'.repeat(150)}`, 'utf-16le')
    await expect(taken(wide, { limits: { lineBytes: 200 } })).rejects.toMatchObject(large)
  })
})

describe('JSON lines', () => {
  const type = 'application/x-ndjson'
  test('are read one by one; a line that is none is invalid, an empty one is passed over', async () => {
    const text = `{"cnpj":"${cnpj}","external_id":5}\r\n\n[1]\n{"cnpj":\n{"nome_fantasia":"Açaí","profile":false}`
    const { lines, errors } = await taken(text, { type })
    expect(lines.map(({ line }) => line)).toEqual([1, 3, 4, 5])
    expect(inputs(lines)).toEqual([
      { cnpj, external_id: '5', profile: true },
      undefined,
      undefined,
      { nome_fantasia: 'Açaí', profile: false },
    ])
    expect(errors.map(({ errors: [first] }) => first!.reason)).toEqual([
      expect.stringMatching(/deve ser um objeto JSON.*; veio uma lista/),
      expect.stringMatching(/não é JSON válido/),
    ])
  })

  test('a line that Postgres could not hold, or that is nested without end, is invalid', async () => {
    const deep = `{"cnpj":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    const { lines } = await taken(`{"nome_fantasia":"a\\u0000b"}\n{"nome_fantasia":"\\ud800"}\n${deep}\n`, {
      type,
      pieceBytes: 5_000,
    })
    expect(lines.map((line) => ('error' in line ? line.error[0]!.field : 'valid'))).toEqual([
      'nome_fantasia',
      'nome_fantasia',
      'cnpj',
    ])
  })

  test('are of the kind that the query says, with its defaults', async () => {
    const query = new URLSearchParams({ defaults: '{"uf":"PR","profile":false}' }).toString()
    const { lines } = await taken('{"nome_fantasia":"a"}\n{"nome_fantasia":"b","uf":"SP"}\n', { type, query })
    expect(inputs(lines)).toEqual([
      { nome_fantasia: 'a', uf: 'PR', profile: false },
      { nome_fantasia: 'b', uf: 'SP', profile: false },
    ])
  })
})

describe('JSON', () => {
  const type = 'application/json'
  test('has its items wherever they stand, with what a parser of all of it would find in them', async () => {
    const items = [
      { nome_fantasia: 'a "b" \\ [c], {d}: é', external_id: '1' },
      { nome_fantasia: '\\', municipio: '"items":[1]' },
    ]
    const before = JSON.stringify({ items, defaults: { uf: 'PR' }, kind: 'discovery' })
    const behind = JSON.stringify({ kind: 'discovery', defaults: { uf: 'PR' }, items }, undefined, 2)
    for (const text of [before, behind, `\ufeff${behind}`]) {
      const { lines } = await taken(text, { type })
      expect(inputs(lines)).toEqual(items.map((item) => ({ ...item, uf: 'PR', profile: true })))
      expect(lines.map(({ line }) => line)).toEqual([1, 2])
    }
  })

  test.each([
    ['', 'BODY_NOT_JSON', /vazio/],
    ['{"items":[{"cnpj":"1"}', 'BODY_NOT_JSON', /acaba/],
    ['{"items":[{"cnpj":"1"},]}', 'BODY_NOT_JSON', /items\[1\]/],
    ['{"items":[{"cnpj":1} {}]}', 'BODY_NOT_JSON', /items\[0\]/],
    ['{"items":[1}', 'BODY_NOT_JSON', /items\[0\]/],
    ['{"items":[],}', 'BODY_NOT_JSON', /em volta/],
    ['[{"cnpj":"1"}]', 'FIELD_INVALID', /objeto/],
    ['{"items":{"cnpj":"1"}}', 'FIELD_INVALID', /items: deve ser uma lista/],
    ['{"kind":"discovery"}', 'FIELD_INVALID', /items: deve ser uma lista/],
    ['{"items":[],"items":[]}', 'FIELD_INVALID', /mais de uma vez/],
    ['{"itens":[],"items":[]}', 'FIELD_INVALID', /itens: campo desconhecido \(você quis dizer "items"/],
    ['{"kind":"x","items":[]}', 'FIELD_INVALID', /kind: deve ser um destes valores: discovery, profile/],
    ['{"items":[],"callback_url":"x"}', 'FIELD_INVALID', /callback_url/],
    [
      '{"items":[],"defaults":{"ufo":"PR"}}',
      'FIELD_INVALID',
      /^defaults.ufo: campo desconhecido \(você quis dizer "uf"/,
    ],
    ['{"items":[],"defaults":{"foo":1}}', 'FIELD_INVALID', /^defaults.foo: .*os campos são cnpj, .*uf, /],
    ['{"items":[],"defaults":{"foo":1},"kind":"profile"}', 'FIELD_INVALID', /os campos são cnpj, website, job_id/],
    ['{"items":[],"defaults":{"uf":"XX"}}', 'FIELD_INVALID', /defaults.uf: "XX"/],
  ])('%j is refused with %s', async (text, code, detail) => {
    await expect(taken(text, { type })).rejects.toEqual(refusal(code, detail))
  })

  test('with too many items, or too large a one, is refused before it is whole', async () => {
    const large = { code: 'BODY_TOO_LARGE' }
    await expect(taken('{"items":[1,2,3,', { type, limits: { lines: 2 } })).rejects.toMatchObject(large)
    await expect(taken(`{"items":["${'x'.repeat(300)}`, { type, limits: { lineBytes: 200 } })).rejects.toMatchObject(
      large,
    )
    await expect(taken(`{"itens":["${'x'.repeat(100_000)}`, { type, pieceBytes: 5_000 })).rejects.toMatchObject(large)
  })
})

describe('a form', () => {
  const form = async (parts: [string, string | Blob, string?][]) => {
    const data = new FormData()
    for (const [name, value, file] of parts) {
      if (typeof value === 'string') data.append(name, value)
      else data.append(name, value, file)
    }
    const response = new Response(data)
    return { bytes: new Uint8Array(await response.arrayBuffer()), type: response.headers.get('content-type')! }
  }
  const csv = new Blob([`cnpj\n${cnpj}\n`], { type: 'text/csv' })

  test('brings a file, and options before or behind it', async () => {
    for (const parts of [
      [
        ['kind', 'profile'],
        ['planilha', csv, 'açaí.csv'],
      ],
      [
        ['planilha', csv, 'a.csv'],
        ['kind', 'profile'],
        ['callback_url', ''],
      ],
    ] as [string, string | Blob, string?][][]) {
      const { bytes, type } = await form(parts)
      const { kind, lines } = await taken(bytes, { type })
      expect([kind.name, inputs(lines)]).toEqual(['profile', [{ cnpj }]])
    }
  })

  const one = `{"cnpj":"${cnpj}"}`
  const two = [{ cnpj }, { nome_fantasia: 'é' }]
  test.each([
    ['a.jsonl', 'text/plain', one, 1],
    ['a.ndjson', 'application/octet-stream', one, 1],
    ['a', 'application/x-ndjson', one, 1],
    ['a.json', 'text/plain', `\n${one}\n{"nome_fantasia":"é"}\n`, 2],
    ['a.txt', 'text/plain', `${one}\n`, 1],
    ['a.json', 'application/json', JSON.stringify({ items: two }), 2],
    ['a.json', 'application/json', `\ufeff${JSON.stringify({ kind: 'discovery', items: two }, undefined, 2)}`, 2],
    ['a.json', 'text/plain', JSON.stringify(two), 2],
    ['a.csv', 'text/csv', `\ufeff ${JSON.stringify(two, undefined, 2)}`, 2],
  ])('may bring a file %s, %s, with %j', async (name, type, text, count) => {
    const sent = await form([['file', new Blob([text], { type }), name]])
    const { lines } = await taken(sent.bytes, { type: sent.type })
    const expected = [
      { cnpj, profile: true },
      { nome_fantasia: 'é', profile: true },
    ]
    expect(inputs(lines)).toEqual(expected.slice(0, count))
  })

  test.each([
    ['{"itens":[]}', /itens: campo desconhecido \(você quis dizer "items"/],
    ['x', /JSON/],
    ['[1', /items\[0\]/],
  ])('with a .json file of %j is refused as JSON is', async (text, detail) => {
    const { bytes, type } = await form([['file', new Blob([text]), 'a.json']])
    await expect(taken(bytes, { type })).rejects.toMatchObject({ message: expect.stringMatching(detail) })
  })

  test('comes to the same content whatever its boundary, and to another with another field, file or kind of file', async () => {
    const contentOf = async (parts: [string, string | Blob, string?][]) => {
      const { bytes, type } = await form(parts)
      return { content: (await taken(bytes, { type })).content, type }
    }
    const parts: [string, string | Blob, string?][] = [
      ['kind', 'profile'],
      ['file', csv, 'a.csv'],
    ]
    const first = await contentOf(parts)
    const second = await contentOf([parts[1]!, parts[0]!])
    expect(second.type).not.toBe(first.type)
    expect(second.content).toBe(first.content)
    expect((await contentOf([['file', csv, 'b.csv'], parts[0]!])).content).toBe(first.content)
    const others = await Promise.all([
      contentOf([parts[1]!]),
      contentOf([...parts, ['defaults', '{}']]),
      contentOf([parts[0]!, ['file', new Blob([`cnpj\n${zeroCnpj}\n`]), 'a.csv']]),
      contentOf([parts[0]!, ['file', csv, 'a.jsonl']]),
    ])
    expect(new Set([first, ...others].map(({ content }) => content)).size).toBe(5)
  })

  test('that says something else than the query is refused, and what says the same is taken', async () => {
    const { bytes, type } = await form([
      ['kind', 'profile'],
      ['a', csv, 'a.csv'],
    ])
    await expect(taken(bytes, { type, query: 'kind=discovery' })).rejects.toEqual(
      refusal('FIELD_INVALID', /^kind: o endereço diz "discovery", e o formulário diz "profile"/),
    )
    expect((await taken(bytes, { type, query: 'kind=profile' })).kind.name).toBe('profile')
    const json = JSON.stringify({ items: [], defaults: { uf: 'PR' } })
    await expect(
      taken(json, { type: 'application/json', query: `defaults=${encodeURIComponent('{"uf":"SP"}')}` }),
    ).rejects.toEqual(refusal('FIELD_INVALID', /^defaults: o endereço/))
  })

  test('without a file, with two, broken off or with an unknown field is refused', async () => {
    const refused = { code: 'FIELD_INVALID' }
    const cases = [
      [['kind', 'profile']],
      [
        ['a', csv, 'a.csv'],
        ['b', csv, 'b.csv'],
      ],
      [
        ['a', csv, 'a.csv'],
        ['tipo', 'profile'],
      ],
    ]
    for (const parts of cases) {
      const { bytes, type } = await form(parts as [string, string | Blob, string?][])
      await expect(taken(bytes, { type })).rejects.toMatchObject(refused)
    }
    const { bytes, type } = await form([['a', csv, 'a.csv']])
    await expect(taken(bytes.subarray(0, -20), { type })).rejects.toMatchObject(refused)
    await expect(taken(bytes, { type: 'multipart/form-data' })).rejects.toMatchObject(refused)
  })
})

test('an unknown default is told with the fields of the kind, in the query, too; an unknown field of a form with its file', async () => {
  const query = `defaults=${encodeURIComponent('{"foo":1}')}`
  await expect(taken(`cnpj\n${cnpj}\n`, { query })).rejects.toEqual(
    refusal('FIELD_INVALID', /^defaults.foo: campo desconhecido \(os campos são cnpj, .*uf, /),
  )
  for (const [name, detail] of [
    ['tudo', /^tudo: campo desconhecido \(os campos são kind, callback_url, defaults, file\)/],
    ['file', /^file: .*envie-o como arquivo/],
  ] as const) {
    const data = new FormData()
    data.append('planilha', new Blob([`cnpj\n${cnpj}\n`]), 'a.csv')
    data.append(name, 'x')
    const response = new Response(data)
    const bytes = new Uint8Array(await response.arrayBuffer())
    await expect(taken(bytes, { type: response.headers.get('content-type')! })).rejects.toEqual(
      refusal('FIELD_INVALID', detail),
    )
  }
})

test.each([
  'kind=x',
  'kind=discovery&kind=profile',
  'tipo=profile',
  'defaults=x',
  'defaults=1',
  'callback_url=http://localhost/',
])('the query %s is refused', async (query) => {
  await expect(taken(`cnpj\n${cnpj}\n`, { query })).rejects.toMatchObject({ code: 'FIELD_INVALID' })
})
