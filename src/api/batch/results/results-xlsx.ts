import { type Cell, columns } from './results-columns.ts'
import { zip } from './results-zip.ts'

/** What a cell of Excel holds; a longer one makes it call the whole file broken. */
const mostCharacters = 32_767
const textStyle = 1
const headerStyle = 2

/**
 * A workbook with one sheet (ECMA-376), streamed. Texts are typed as texts, in cells that are formatted as text, so that
 * nothing in them is ever a formula or a number, also when somebody edits the cell.
 * @param groups rows of cells in the order of the columns @param rowCount how many there will be, for the filter
 */
export function xlsx(groups: AsyncIterable<readonly Cell[][]>, rowCount: number): AsyncGenerator<Uint8Array> {
  const files = Object.entries(fixedFiles).map(([name, text]) => ({ name, parts: [declaration + text] }))
  return zip([...files, { name: 'xl/worksheets/sheet1.xml', parts: sheet(groups, rowCount) }])
}

async function* sheet(groups: AsyncIterable<readonly Cell[][]>, rowCount: number): AsyncGenerator<string> {
  const widths = columns.map(
    ({ width }, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`,
  )
  yield `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
    `<cols>${widths.join('')}</cols><sheetData>` +
    row(
      columns.map(({ header }) => header),
      1,
      headerStyle,
    )
  let at = 1
  for await (const group of groups) {
    let xml = ''
    for (const cells of group) xml += row(cells, ++at, textStyle)
    yield xml
  }
  yield `</sheetData><autoFilter ref="A1:${letters.at(-1)}${rowCount + 1}"/></worksheet>`
}

function row(cells: readonly Cell[], at: number, style: number): string {
  let xml = `<row r="${at}">`
  for (const [column, cell] of cells.entries()) {
    if (cell === null || cell === '') continue
    const place = `r="${letters[column]}${at}"`
    xml +=
      typeof cell === 'number'
        ? `<c ${place}><v>${cell}</v></c>`
        : `<c ${place} s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(cell)}</t></is></c>`
  }
  return `${xml}</row>`
}

/** What XML 1.0 has no way to write: control characters, non-characters, halves of surrogate pairs. */
const unwritable = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Cs}/gu
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function xmlText(text: string): string {
  const short = text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1)}…` : text
  return (
    short
      .replace(unwritable, '')
      // Excel reads `_x0041_` as the character of that number (ECMA-376, 22.9.2.19).
      .replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_')
      .replace(/[&<>]/g, (sign) => entities[sign]!)
  )
}

/** A, B, …, Z, AA, … */
const letters = columns.map(
  (_column, at) => (at < 26 ? '' : String.fromCharCode(64 + Math.floor(at / 26))) + String.fromCharCode(65 + (at % 26)),
)

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packageRelationships = 'http://schemas.openxmlformats.org/package/2006/relationships'
const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const fixedFiles = {
  '[Content_Types].xml':
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    `<Override PartName="/xl/workbook.xml" ContentType="${contentType}.sheet.main+xml"/>` +
    `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${contentType}.worksheet+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${contentType}.styles+xml"/></Types>`,
  '_rels/.rels':
    `<Relationships xmlns="${packageRelationships}">` +
    `<Relationship Id="rId1" Type="${relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml':
    `<workbook xmlns="${main}" xmlns:r="${relationships}">` +
    '<sheets><sheet name="Resultados" sheetId="1" r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    `<Relationships xmlns="${packageRelationships}">` +
    `<Relationship Id="rId1" Type="${relationships}/worksheet" Target="worksheets/sheet1.xml"/>` +
    `<Relationship Id="rId2" Type="${relationships}/styles" Target="styles.xml"/></Relationships>`,
  // The third style is the header's. Format 49 is "text".
  'xl/styles.xml':
    `<styleSheet xmlns="${main}">` +
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>' +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
