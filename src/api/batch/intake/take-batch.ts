import type { CallbackHosts } from '../../../callback-hosts.ts'
import type { AnyKind } from '../../../kinds/define-kind.ts'
import { fieldsOf } from '../../request/field-errors.ts'
import type { BatchLimits } from './batch-limits.ts'
import { type BatchOptions, checkDefaults, jsonOptions, optionsFrom, textOptions } from './batch-options.ts'
import { BatchRefused } from './batch-refused.ts'
import { createIntake, type Intake } from './intake.ts'
import { readForm } from './read-form.ts'
import { notJson, splitJson } from './split-json.ts'
import { takeCsv } from './take-csv.ts'
import { takeNdjson } from './take-ndjson.ts'

/** An upload, read to its end and checked line by line. */
export type TakenBatch = { kind: AnyKind; callbackUrl: string | undefined; intake: Intake }

/** What an upload may come as. */
export const batchMediaTypes = {
  json: /^application\/([\w.-]+\+)?json$/,
  ndjson: /^(application|text)\/(x-)?(ndjson|jsonl|jsonlines|json-lines)$/,
  csv: /^((text|application)\/(x-)?csv|text\/(comma|tab)-separated-values|application\/vnd\.ms-excel)$/,
  form: /^multipart\/form-data$/,
}

type Format = keyof typeof batchMediaTypes

/** The format of a Content-Type header; undefined: none that is taken. */
export function batchFormat(contentType: string | undefined): Format | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  return (Object.keys(batchMediaTypes) as Format[]).find((format) => batchMediaTypes[format].test(type))
}

const charsetOf = (contentType: string): string | undefined =>
  /charset\s*=\s*["']?\s*([^\s"';,]+)/i.exec(contentType)?.[1]

export type TakeBatchOptions = {
  format: Format
  /** The header. */
  contentType: string
  query: URLSearchParams
  kinds: readonly AnyKind[]
  callbackHosts: CallbackHosts
  limits: BatchLimits
}

/**
 * Reads an upload in whichever format it comes, checking line by line. What the body says goes before the query.
 * @throws BatchRefused when it cannot be used as a whole
 */
export async function takeBatch(
  pieces: AsyncIterable<Uint8Array>,
  { format, contentType, query, kinds, callbackHosts, limits }: TakeBatchOptions,
): Promise<TakenBatch> {
  const asked = optionsFrom(textOptions(kinds, callbackHosts), fieldsIn(query))
  const open = (said: BatchOptions = {}) => {
    const { kind: name = 'discovery', callback_url: callbackUrl, defaults } = { ...asked, ...withoutBlanks(said) }
    const kind = kinds.find((each) => each.name === name) ?? kinds[0]!
    checkDefaults(kind, defaults)
    return { kind, callbackUrl, intake: createIntake(kind, { defaults, limits }) }
  }
  if (format === 'json') {
    const { shell, items } = await splitJson(pieces, limits)
    const batch = open(optionsFrom(jsonOptions(kinds, callbackHosts), shell))
    let line = 0
    for (const group of items.groups()) {
      for (const text of group) await batch.intake.add(++line, parseItem(text, line))
    }
    return batch
  }
  if (format === 'form') {
    const { file, fileName, mediaType, fields } = await readForm(pieces, contentType)
    const batch = open(optionsFrom(textOptions(kinds, callbackHosts), withoutBlanks(fields)))
    const isNdjson = batchFormat(mediaType) === 'ndjson' || /\.(ndjson|jsonl)$/i.test(fileName)
    await take(file(), batch, isNdjson ? 'ndjson' : 'csv', { charset: charsetOf(mediaType), limits })
    return batch
  }
  const batch = open()
  await take(pieces, batch, format, { charset: charsetOf(contentType), limits })
  return batch
}

const take = (
  pieces: AsyncIterable<Uint8Array>,
  { kind, intake }: TakenBatch,
  format: 'csv' | 'ndjson',
  { charset, limits }: { charset: string | undefined; limits: BatchLimits },
): Promise<void> =>
  format === 'csv'
    ? takeCsv(pieces, intake, { fields: fieldsOf(kind.input), charset, limits })
    : takeNdjson(pieces, intake, { limits })

function parseItem(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw notJson(`items[${line - 1}]`)
  }
}

/** A form's field that was left empty is one that says nothing. */
const withoutBlanks = <Fields extends object>(fields: Fields): Partial<Fields> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  ) as Partial<Fields>

function fieldsIn(query: URLSearchParams): Record<string, string> {
  const names = [...query.keys()]
  const twice = names.find((name, position) => names.indexOf(name) !== position)
  if (twice !== undefined) {
    throw new BatchRefused('FIELD_INVALID', `${twice.slice(0, 60).toWellFormed()}: veio mais de uma vez.`)
  }
  return withoutBlanks(Object.fromEntries(query)) as Record<string, string>
}
