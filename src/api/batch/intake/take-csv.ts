import type { BatchLimits } from './batch-limits.ts'
import { BatchRefused } from './batch-refused.ts'
import { csvItem } from './csv-cells.ts'
import { type CsvColumns, csvColumns, fieldOfHeader } from './csv-columns.ts'
import { createDoubts } from './csv-doubt.ts'
import { quoteRules, strayReason } from './csv-quotes.ts'
import { csvRows } from './csv-rows.ts'
import { decodeLines } from './decode-lines.ts'
import type { Intake } from './intake.ts'

/** A warning names so many lines. */
const mostNamed = 10

type TakeCsvOptions = {
  fields: readonly string[]
  isValid(item: unknown): boolean
  charset?: string | undefined
  limits: BatchLimits
}

/**
 * Takes in a CSV, row by row as it comes.
 * @param fields of the kind
 * @param isValid whether the kind takes an item
 * @param charset of the Content-Type header, if it has one
 * @throws BatchRefused when the file as a whole cannot be used
 */
export async function takeCsv(
  pieces: AsyncIterable<Uint8Array>,
  intake: Intake,
  { fields, isValid, charset, limits }: TakeCsvOptions,
): Promise<void> {
  const isKnown = (header: string) => fieldOfHeader(header, fields) !== undefined
  let likeDos: string | undefined
  const onDosText = (word: string) => {
    likeDos ??= word
  }
  const texts = decodeLines(pieces, { charset, lineBytes: limits.lineBytes, onDosText })
  const padded: number[] = []
  const unsure: number[] = []
  let columns: CsvColumns | undefined
  const fieldsNow = () => columns?.fields ?? []
  const rules = quoteRules(fieldsNow, (cells) => {
    const { item, errors } = csvItem(cells, fieldsNow())
    return errors.length === 0 && isValid(item)
  })
  const judge = createDoubts(rules, () => fieldsNow().indexOf('cnpj'))
  for await (const row of csvRows(texts, { isKnown, ...rules })) {
    const { line, cells, stray } = row
    if (!columns) {
      if (stray) throw new BatchRefused('BODY_NOT_CSV', `O cabeçalho não pôde ser lido: ${strayReason(stray, line)}.`)
      columns = csvColumns(cells, fields)
      continue
    }
    const judgement = judge(row)
    if (stray) {
      // Without the quotes, cells behind them may have got into other columns.
      const sure = cells.length === columns.fields.length ? cells : cells.slice(0, stray.column)
      const field = columns.fields[stray.column] ?? ''
      await intake.add(line, csvItem(sure, columns.fields).item, [{ field, reason: strayReason(stray, line) }])
      continue
    }
    const { item, errors, isPadded } = csvItem(cells, columns.fields)
    const isDoubted = typeof judgement === 'object'
    if (isPadded && !isDoubted) padded.push(line)
    const { valid } = intake.counts()
    await intake.add(line, item, isDoubted ? [{ field: '', reason: judgement.reason }] : errors)
    if (judgement === 'unsure' && intake.counts().valid > valid) unsure.push(line)
  }
  if (!columns) throw new BatchRefused('BODY_NOT_CSV', 'O arquivo veio vazio.')
  if (columns.unknown.length > 0) {
    const names = columns.unknown.slice(0, 20).map((header) => `"${header.trim().slice(0, 60).toWellFormed()}"`)
    const more = columns.unknown.length > names.length ? ' e outras' : ''
    intake.warn(`Estas colunas não são usadas: ${names.join(', ')}${more}. As usadas são ${fields.join(', ')}.`)
  }
  if (likeDos !== undefined) {
    intake.warn(
      `Os acentos parecem ser de CP850, o "CSV (MS-DOS)" do Excel, e saíram trocados (como em "${likeDos}"). Salve o arquivo como "CSV UTF-8" e envie-o de novo, ou envie-o com "Content-Type: text/csv; charset=cp850".`,
    )
  }
  if (padded.length > 0) {
    intake.warn(
      `Faltavam zeros à esquerda em CNPJs, como acontece quando o Excel os toma por números; foram postos de volta (linhas ${named(padded)}).`,
    )
  }
  if (unsure.length > 0) {
    intake.warn(
      `Depois de aspas que não se fecham, estas linhas foram lidas como empresas; confira se são (linhas ${named(unsure)}).`,
    )
  }
}

function named(lines: readonly number[]): string {
  const first = lines.slice(0, mostNamed).join(', ')
  return lines.length > mostNamed ? `${first} e outras, ${lines.length} ao todo` : first
}
