import fc from 'fast-check'

/** What has broken programs before. */
export const naughty = fc.constantFrom(
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfffx',
  '\ufeff',
  '\u202e',
  '🎉'.repeat(40),
  'ß'.repeat(300),
  'x'.repeat(3000),
  "'; drop table jobs; --",
  '$1',
  '\\',
  '%',
  '%00',
  '%ff',
  '%zz',
  '%2f',
  '..',
  '../..',
  '{"a":1}',
  '[[[[',
  'null',
  'NaN',
  'true',
  '-1',
  '0',
  '1e999',
  '9'.repeat(30),
  '0x10',
  '__proto__',
  'constructor',
  'toString',
  'http://[',
  'http://127.0.0.1/',
  'javascript:alert(1)',
  '=1+1',
  '"',
  ';',
  'a\r\nb',
  '00000000-0000-0000-0000-000000000000',
)

/** Values that are likely to be taken, by the name of what they are for. */
export type Likely = Record<string, readonly unknown[]>

type Schema = {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  format?: string
  minimum?: number
  maximum?: number
  maxLength?: number
}

/** Values that a schema of the document describes; `name` is what it stands under. */
export function valuesOf(schema: Schema, likely: Likely, name = ''): fc.Arbitrary<unknown> {
  const described = describedBy(schema, likely)
  const types = [schema.type ?? 'string'].flat()
  const pool = likely[name]?.filter((value) => types.includes(Number.isInteger(value) ? 'integer' : typeof value))
  return pool?.length ? fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...pool) }, described) : described
}

function describedBy(schema: Schema, likely: Likely): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const options = schema.anyOf ?? schema.oneOf
  if (options) return fc.oneof(...options.map((option) => valuesOf(option, likely)))
  const types = [schema.type ?? []].flat()
  if (types.length === 0) return fc.jsonValue({ maxDepth: 2 })
  return fc.oneof(...types.map((type) => ofType(type, schema, likely)))
}

function ofType(type: string, schema: Schema, likely: Likely): fc.Arbitrary<unknown> {
  const { minimum: min = -1000, maximum: max = 1_000_000, maxLength = 40 } = schema
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      // Where mistakes are made.
      return fc.oneof({ weight: 2, arbitrary: fc.integer({ min, max }) }, fc.constantFrom(min, max, max, max + 1))
    case 'number':
      return fc.double({ min, max, noNaN: true })
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, likely), { maxLength: 5 })
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [
        name,
        valuesOf(field, likely, name),
      ])
      return fc.record<Record<string, unknown>>(Object.fromEntries(fields), { requiredKeys: schema.required ?? [] })
    }
    default:
      if (schema.format === 'uuid') return fc.uuid()
      if (schema.format === 'uri') return fc.webUrl()
      return fc.string({ maxLength: Math.min(maxLength, 40), unit: 'grapheme' })
  }
}

const anything = fc.oneof(
  naughty,
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(null, true, 0, -0, 1e308, 2 ** 53, 5e-324, [], {}, [[[]]], { $ne: 1 }),
  fc.jsonValue({ maxDepth: 2 }),
)

/** A body of JSON as bytes: what the schema says, that with something wrong in it, or something else altogether. */
export function jsonBodyOf(schema: Schema, likely: Likely): fc.Arbitrary<Uint8Array> {
  const valid = valuesOf(schema, likely)
  const names = fc.oneof(fc.constantFrom(...Object.keys(schema.properties ?? { a: {} })), naughty)
  // Written by hand, so that a name may stand twice and be `__proto__`.
  const spoilt = fc
    .tuple(valid, fc.array(fc.tuple(names, anything), { minLength: 1, maxLength: 3 }))
    .map(([value, more]) => {
      const pairs = [...Object.entries(value as object), ...more]
      return `{${pairs.map(([name, part]) => `${JSON.stringify(name)}:${JSON.stringify(part)}`).join(',')}}`
    })
  const text = fc.oneof(
    { weight: 6, arbitrary: valid.map((value) => JSON.stringify(value)) },
    { weight: 5, arbitrary: spoilt },
    anything.map((value) => JSON.stringify(value)),
    fc.json({ maxDepth: 3 }).map((json) => `\ufeff${json}`),
    fc
      .constantFrom('[', '{"items":[', '{"cnpj":', '1e', '-', '"\\u', '{"a":1e999,"a":')
      .map((part) => part.repeat(5000)),
    fc.constantFrom('{"items":[{},', '{"items":{}}', '{"items":[]}', '{"kind":1,"items":[{}]}', '{"items":[{}]}x'),
  )
  const encoder = new TextEncoder()
  return fc.oneof({ weight: 9, arbitrary: text.map((json) => encoder.encode(json)) }, fc.uint8Array({ maxLength: 100 }))
}

/** A list of companies as text: a table with a head, lines of JSON, or neither. */
export function linesOf(likely: Likely): fc.Arbitrary<Uint8Array> {
  const cell = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(...[...likely.cnpj!, ...likely.website!, 'PR', 'Padaria Ipê'].map(String)),
    },
    naughty,
    fc.string({ maxLength: 10 }),
  )
  const head = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('CNPJ', 'cnpj', 'Site', 'UF', 'Cidade', 'Razão social', 'external_id') },
    naughty,
  )
  const row = (each: fc.Arbitrary<string>) => fc.array(each, { minLength: 1, maxLength: 5 })
  const table = fc
    .tuple(
      row(head),
      fc.array(row(cell), { maxLength: 5 }),
      fc.constantFrom(';', ',', '\t'),
      fc.constantFrom('\n', '\r\n', '\r'),
    )
    .map(([first, rows, separator, end]) => [first, ...rows].map((cells) => cells.join(separator)).join(end))
  const json = fc
    .array(
      fc.oneof(
        fc.record({ cnpj: cell }).map((line) => JSON.stringify(line)),
        fc.json({ maxDepth: 2 }),
        cell,
      ),
      { maxLength: 6 },
    )
    .map((lines) => lines.join('\n'))
  const text = fc.tuple(
    fc.constantFrom('', '\ufeff'),
    fc.oneof({ weight: 3, arbitrary: table }, { weight: 2, arbitrary: json }, cell),
  )
  return fc.oneof(
    { weight: 6, arbitrary: text.map(([mark, lines]) => Buffer.from(mark + lines)) },
    { weight: 2, arbitrary: text.map(([, lines]) => Buffer.from(lines, 'latin1')) },
    text.map(([, lines]) => Buffer.from(lines, 'utf16le')),
    fc.uint8Array({ maxLength: 100 }),
  )
}

/** A form with a file, whole or broken; the boundary is `x`. */
export function formOf(likely: Likely): fc.Arbitrary<Uint8Array> {
  const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('kind', 'defaults', 'callback_url', 'file') }, naughty)
  const value = fc.oneof(
    naughty,
    fc.constantFrom('discovery', 'profile', '{"uf":"PR"}', '{', ...likely.callback_url!.map(String)),
  )
  const fields = fc.array(fc.tuple(name, value), { maxLength: 2 })
  const file = fc.tuple(
    fc.constantFrom('a.csv', 'a.ndjson', '', '../a\u0000"'),
    fc.constantFrom('text/csv', 'application/x-ndjson', ''),
    linesOf(likely),
  )
  const whole = fc
    .tuple(fc.array(file, { maxLength: 2 }), fields)
    .map(([files, pairs]) =>
      Buffer.concat([
        ...pairs.map(([field, said]) =>
          Buffer.from(`--x\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${said}\r\n`),
        ),
        ...files.flatMap(([fileName, type, bytes]) => [
          Buffer.from(
            `--x\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\nContent-Type: ${type}\r\n\r\n`,
          ),
          bytes,
          Buffer.from('\r\n'),
        ]),
        Buffer.from('--x--\r\n'),
      ]),
    )
  return fc.oneof(
    { weight: 4, arbitrary: whole },
    fc.tuple(whole, fc.nat()).map(([bytes, cut]) => bytes.subarray(0, cut % (bytes.length + 1))),
    fc.uint8Array({ maxLength: 60 }),
  )
}
