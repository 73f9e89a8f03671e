import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { type Cell, cellsOf, columns } from '../../../src/api/batch/results/results-columns.ts'
import { csv } from '../../../src/api/batch/results/results-csv.ts'
import { resultRow } from '../../../src/api/batch/results/results-row.ts'
import { xlsx } from '../../../src/api/batch/results/results-xlsx.ts'
import { lineResult, profileOf } from './batch-lines.ts'

const soffice = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'soffice'))
  .find(existsSync)
const why = soffice ? '' : ' (skipped: no soffice, LibreOffice, on the PATH)'

/** Semicolon, double quote, UTF-8, from line 1; of the cells as they are shown, without guessing more of them. */
const asCsv = 'csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false'

async function convert(folder: string, file: string, to: string, from?: string): Promise<void> {
  const profile = `-env:UserInstallation=${pathToFileURL(join(folder, `profile of ${file}`)).href}`
  const args = ['--headless', profile, ...(from ? [`--infilter=${from}`] : []), '--convert-to', to]
  await promisify(execFile)(soffice!, [...args, '--outdir', join(folder, 'out'), join(folder, file)], {
    timeout: 50_000,
  })
}

test.skipIf(!soffice)(
  `LibreOffice shows the same of the CSV as of the XLSX: accents, CNPJs with their zeros, and no formula runs${why}`,
  async () => {
    const names = [
      'Ação & Cia "São"; <Ltda>',
      '=1+1',
      '=HYPERLINK("http://x.example";"x")',
      '@SUM(1)',
      '-1+2',
      '+5541',
      '\t=2+2',
    ]
    const rows = names.map((name) => {
      const input = { cnpj: '00000000000191', razao_social: name }
      return cellsOf(
        resultRow('discovery', lineResult({ input, child_status: 'completed', child_result: profileOf() })),
      )
    })
    async function* groups(): AsyncGenerator<Cell[][]> {
      yield rows
    }
    const folder = mkdtempSync(join(tmpdir(), 'sonda-sheets-'))
    try {
      let text = ''
      for await (const part of csv(groups())) text += part
      writeFileSync(join(folder, 'from-csv.csv'), text)
      const parts: Uint8Array[] = []
      for await (const part of xlsx(groups(), rows.length)) parts.push(part)
      writeFileSync(join(folder, 'from-xlsx.xlsx'), Buffer.concat(parts))
      await Promise.all([
        convert(folder, 'from-csv.csv', asCsv, 'CSV:59,34,76,1'),
        convert(folder, 'from-xlsx.xlsx', asCsv),
      ])
      const read = (name: string): string[][] =>
        parse(readFileSync(join(folder, 'out', name)), { delimiter: ';', bom: true })
      const [ofCsv, ofXlsx] = [read('from-csv.csv'), read('from-xlsx.csv')]
      const written = rows.map((cells) => cells.map((cell) => String(cell ?? '')))
      expect(ofXlsx).toEqual([columns.map(({ header }) => header), ...written])
      // In the CSV an apostrophe stands before what would be a formula.
      expect(ofCsv.map((cells) => cells.map((cell) => cell.replace(/^'/, '')))).toEqual(ofXlsx)
      expect(ofCsv[1]!.slice(2, 4)).toEqual(['00.000.000/0001-91', names[0]])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  60_000,
)
