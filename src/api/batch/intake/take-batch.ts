import type { CallbackHosts } from '../../../callback-hosts.ts'
import type { AnyKind } from '../../../kinds/define-kind.ts'
import { checkFields, fieldsOf } from '../../request/field-errors.ts'
import type { BatchFormat } from './batch-format.ts'
import type { BatchLimits } from './batch-limits.ts'
import {
  agreed,
  checkDefaults,
  formOptions,
  jsonOptions,
  optionsFrom,
  type SaidOptions,
  textOptions,
} from './batch-options.ts'
import { BatchRefused } from './batch-refused.ts'
import { fileFormat } from './file-format.ts'
import { createIntake, type Intake } from './intake.ts'
import { readForm } from './read-form.ts'
import { notJson, splitJson } from './split-json.ts'
import { takeCsv } from './take-csv.ts'
import { takeNdjson } from './take-ndjson.ts'

/** An upload, read to its end and checked line by line. */
export type TakenBatch = {
  kind: AnyKind
  callbackUrl: string | undefined
  intake: Intake
  /** What it said, where not all bytes of it count: a form. */
  content?: string
}

const charsetOf = (contentType: string): string | undefined =>
  /charset\s*=\s*["']?\s*([^\s"';,]+)/i.exec(contentType)?.[1]

export type TakeBatchOptions = {
  format: BatchFormat
  /** The header. */
  contentType: string
  query: URLSearchParams
  kinds: readonly AnyKind[]
  callbackHosts: CallbackHosts
  limits: BatchLimits
}

/** Of a form's file, to tell what it is. */
const beginBytes = 64 * 1024
const byteOrderMark = Buffer.from('\ufeff')

/**
 * Reads an upload in whichever format it comes, checking line by line.
 * @throws BatchRefused when it cannot be used as a whole
 */
export async function takeBatch(
  pieces: AsyncIterable<Uint8Array>,
  { format, contentType, query, kinds, callbackHosts, limits }: TakeBatchOptions,
): Promise<TakenBatch> {
  const asText = textOptions(kinds, callbackHosts)
  const inQuery = { place: 'o endereço', options: optionsFrom(asText, fieldsIn(query)) }
  const open = (...said: SaidOptions[]): TakenBatch => {
    const { kind: name = 'discovery', callback_url: callbackUrl, defaults } = agreed([inQuery, ...said])
    const kind = kinds.find((each) => each.name === name) ?? kinds[0]!
    checkDefaults(kind, defaults)
    return { kind, callbackUrl, intake: createIntake(kind, { defaults, limits }) }
  }
  const takeJson = async (bytes: AsyncIterable<Uint8Array>, place: string, ...said: SaidOptions[]) => {
    const { shell, items } = await splitJson(bytes, limits)
    const batch = open(...said, { place, options: optionsFrom(jsonOptions(kinds, callbackHosts), shell) })
    let line = 0
    for (const group of items.groups()) {
      for (const text of group) await batch.intake.add(++line, parseItem(text, line))
    }
    return batch
  }
  if (format === 'json') return takeJson(pieces, 'o corpo')
  if (format !== 'form') {
    const batch = open()
    await take(pieces, batch, format, { charset: charsetOf(contentType), limits })
    return batch
  }
  const { file, fileBegin, fileName, mediaType, fields, hash } = await readForm(pieces, contentType)
  const inForm = {
    place: 'o formulário',
    options: optionsFrom(formOptions(kinds, callbackHosts), withoutBlanks(fields)),
  }
  const begin = fileBegin(beginBytes)
  const found = fileFormat({ fileName, mediaType, begin: begin.toString() })
  const charset = charsetOf(mediaType)
  const content = JSON.stringify([hash, found, charset])
  if (found === 'json') return { ...(await takeJson(file(), 'o arquivo', inForm)), content }
  if (found === 'array') {
    const hasMark = begin.subarray(0, byteOrderMark.length).equals(byteOrderMark)
    return { ...(await takeJson(asItems(file(), { hasMark }), 'o arquivo', inForm)), content }
  }
  const batch = open(inForm)
  await take(file(), batch, found, { charset, limits })
  return { ...batch, content }
}

/** A list of items as the body that has them. Its byte order mark would stand in the middle of that. */
async function* asItems(
  list: AsyncIterable<Uint8Array>,
  { hasMark }: { hasMark: boolean },
): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"items":')
  let skipped = hasMark ? 0 : byteOrderMark.length
  for await (const piece of list) {
    const rest = piece.subarray(byteOrderMark.length - skipped)
    skipped += piece.length - rest.length
    yield rest
  }
  yield Buffer.from('}')
}

const take = (
  pieces: AsyncIterable<Uint8Array>,
  { kind, intake }: TakenBatch,
  format: 'csv' | 'ndjson',
  { charset, limits }: { charset: string | undefined; limits: BatchLimits },
): Promise<void> =>
  format === 'csv'
    ? takeCsv(pieces, intake, {
        fields: fieldsOf(kind.input),
        isValid: (item) => 'fields' in checkFields(kind.input, item),
        charset,
        limits,
      })
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
