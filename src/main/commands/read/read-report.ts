import type { Fact } from '../../../extract/extract-facts.ts'
import { type SiteFact, siteFacts } from '../../../extract/site-facts.ts'
import type { ReadPage } from '../../../site/read-page.ts'
import type { SiteReading } from '../../../site/read-site.ts'
import type { SiteNote } from '../../../site/site-notes.ts'
import { cut, type Look, oneLine, paint, wrap } from '../terminal.ts'
import { factKinds } from './read-facts.ts'
import { skippedLines } from './read-skipped.ts'

export type ReportOptions = {
  look: Look
  tookMs: number
  deadlineMs: number
  /** The whole text of each page, not only how it begins. */
  isTextWhole: boolean
}

const widest = 110
const narrowest = 30
/** Below this, labels stand on lines of their own. */
const roomyColumns = 60
const labelWidth = 15
const firstLines = 3
const mostFactsOfAKind = 20

/** A site's reading for people at a terminal, in Portuguese: its pages, its facts, and what was not read. */
export function readReport(reading: SiteReading, options: ReportOptions): string {
  const { look } = options
  const home = reading.pages[0]
  const repeated = repeatedLines(reading.pages)
  const title = oneLine(home?.page.siteName ?? home?.title ?? URL.parse(reading.homeUrl)?.hostname ?? '')
  return [
    paint('bold', cut(title, widthOf(look)), look),
    oneLine(reading.homeUrl),
    ...wrap(howItWent(reading, options), widthOf(look)),
    ...reading.notes.flatMap((note) => wrap(noteText(note), widthOf(look)).map((line) => paint('yellow', line, look))),
    '',
    heading('Páginas', look),
    ...reading.pages.flatMap((page, index) => pageLines(page, index, options, repeated)),
    heading('Fatos', look),
    ...factLines(reading.pages, look),
    ...(reading.skipped.length > 0
      ? [
          '',
          heading(`Não lidas (${reading.skipped.length})`, look),
          ...skippedLines(reading.skipped, widthOf(look), look),
        ]
      : []),
  ].join('\n')
}

/** One page of a reading, with its whole text and its own facts. */
export function pageReport(reading: SiteReading, page: ReadPage, look: Look): string {
  const lines = pageLines(page, reading.pages.indexOf(page), { look, isTextWhole: true }, new Set())
  return [...lines, heading('Fatos desta página', look), ...factLines([page], look)].join('\n')
}

/** The page that `--page` means: its number in the list, its path, or its address. */
export function findPage(reading: SiteReading, wanted: string): ReadPage | undefined {
  if (/^\d+$/.test(wanted)) return reading.pages[Number(wanted) - 1]
  const url = URL.parse(wanted, reading.homeUrl)
  if (!url) return undefined
  const pathOf = (each: URL) => each.pathname.replace(/\/+$/, '') + each.search
  return (
    reading.pages.find((page) => page.url === url.href) ??
    reading.pages.find((page) => pathOf(new URL(page.url)) === pathOf(url))
  )
}

export const seconds = (ms: number): string => `${(ms / 1000).toLocaleString('pt-BR', { maximumFractionDigits: 1 })} s`

export const counted = (count: number, one: string, several: string): string =>
  `${count.toLocaleString('pt-BR')} ${count === 1 ? one : several}`

function howItWent({ pages, endedBy, notes }: SiteReading, { tookMs, deadlineMs }: ReportOptions): string {
  const rendered = pages.filter(({ rendered }) => rendered === 'yes').length
  const isBusy = notes.some(({ code }) => code === 'SITE_BUSY')
  const endings = {
    all_read: ' Não há mais páginas que valha a pena ler.',
    max_pages: ' Parou no limite de páginas; --pages N lê mais.',
    // A site that asks for a pause ends it too, and a note says so.
    deadline: isBusy ? '' : ` Parou no limite de ${seconds(deadlineMs)} (CRAWL_DEADLINE_SECONDS).`,
  }
  const withBrowser = rendered > 0 ? ` (${rendered} com navegador)` : ''
  return `${counted(pages.length, 'página', 'páginas')}${withBrowser} em ${seconds(tookMs)}.${endings[endedBy]}`
}

function noteText({ code, pages }: SiteNote): string {
  const sayLittle = `${counted(pages, 'página diz', 'páginas dizem')} pouco sem um navegador`
  const texts: Record<SiteNote['code'], string> = {
    BROWSER_UNAVAILABLE: `${sayLittle}, e não há nenhum: defina CHROMIUM_PATH ou BROWSER_WS_URL.`,
    BROWSER_FAILED: `${sayLittle}, e com ele não abriram; estão aqui como vieram.`,
    PAGE_CUT: `${counted(pages, 'página passa', 'páginas passam')} do tamanho que o Sonda lê, e ${pages === 1 ? 'foi lida' : 'foram lidas'} só até ali.`,
    SITE_BUSY: 'O site pediu para esperar (429 ou 503); tente de novo mais tarde.',
  }
  return `${code}: ${texts[code]}`
}

/** How the page was read, where that was not by its HTML alone. */
const readings: Record<ReadPage['rendered'], string> = {
  no: '',
  yes: ', com navegador',
  unavailable: ', sem o navegador de que precisa',
  failed: ', sem o navegador, que falhou',
}

function pageLines(
  page: ReadPage,
  index: number,
  { look, isTextWhole }: Pick<ReportOptions, 'look' | 'isTextWhole'>,
  repeated: ReadonlySet<string>,
): string[] {
  const width = widthOf(look)
  const number = `${String(index + 1).padStart(2)}  `
  const indent = ' '.repeat(number.length)
  const room = width - indent.length
  const size =
    counted(page.text.length, 'caractere', 'caracteres') + readings[page.rendered] + (page.isCut ? ', cortada' : '')
  const text = isTextWhole ? wholeText(page.text, room) : beginning(page.text, room, repeated)
  return [
    paint('cyan', number, look) + paint('bold', cut(oneLine(page.title ?? '(sem título)'), room), look),
    `${indent}${oneLine(page.url)}`,
    paint('dim', `${indent}${size}`, look),
    ...text.map((line) => (line ? `${indent}${isTextWhole ? line : paint('dim', `│ ${line}`, look)}` : '')),
    '',
  ]
}

const linesOf = (text: string) => text.split('\n').map(oneLine)

/** The first lines that are the page's own, if it has any. */
function beginning(text: string, room: number, repeated: ReadonlySet<string>): string[] {
  const lines = linesOf(text).filter(Boolean)
  const own = lines.filter((line) => !repeated.has(line))
  if (lines.length === 0) return ['(sem texto)']
  return (own.length > 0 ? own : lines).slice(0, firstLines).map((line) => cut(line, room - 2))
}

/** What stands on several pages: menus and footers, which say nothing of any one. */
function repeatedLines(pages: readonly ReadPage[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const { text } of pages) {
    const lines = new Set(linesOf(text))
    for (const line of lines) (seen.has(line) ? repeated : seen).add(line)
  }
  return repeated
}

const wholeText = (text: string, room: number) => linesOf(text).flatMap((line) => wrap(line, room))

function factLines(pages: readonly ReadPage[], look: Look): string[] {
  const facts = siteFacts(pages)
  const lines = factKinds.flatMap(({ kind, label, shown }) => {
    const found = facts[kind]
    const more = found.length - mostFactsOfAKind
    return [
      ...found
        .slice(0, mostFactsOfAKind)
        .flatMap((fact, index) => factLine(index === 0 ? label : '', oneLine(shown(fact.value)), fact, look)),
      ...(more > 0 ? [`${labelIndent(look)}… e mais ${more.toLocaleString('pt-BR')} (--json mostra todos)`] : []),
    ]
  })
  return lines.length > 0 ? lines : ['Nenhum.']
}

const isRoomy = (look: Look) => look.columns >= roomyColumns
const labelIndent = (look: Look) => ' '.repeat(isRoomy(look) ? labelWidth : 2)

function factLine(label: string, value: string, fact: SiteFact, look: Look): string[] {
  const indent = labelIndent(look)
  const [first = '', ...more] = wrap(value, widthOf(look) - indent.length)
  const head = isRoomy(look)
    ? [paint('cyan', label.padEnd(labelWidth), look) + first]
    : [...(label ? [paint('cyan', label, look)] : []), indent + first]
  const proof = wrap(whereStated(fact), widthOf(look) - indent.length - 2)
  return [
    ...head,
    ...more.map((line) => indent + line),
    ...proof.map((line) => paint('dim', `${indent}  ${line}`, look)),
  ]
}

const sources: Record<Fact['source'], string> = {
  text: '',
  json_ld: ', no JSON-LD',
  link: ', num link',
  meta: ', nos metadados',
}

function whereStated({ value, places, isElsewhere }: SiteFact): string {
  const { quote, url, source } = places[0]!
  const pages = new Set(places.map((each) => each.url)).size
  const { pathname = url, search = '' } = URL.parse(url) ?? {}
  const path = oneLine(pathname + search)
  const place = path === '/' ? 'na\u00a0página\u00a0inicial' : `em\u00a0${path}`
  const others = pages > 1 ? ` e em mais ${counted(pages - 1, 'página', 'páginas')}` : ''
  return `${quote === value ? '' : `“${oneLine(quote)}” `}${place}${sources[source]}${others}${isElsewhere ? '; é de outra organização' : ''}`
}

const heading = (text: string, look: Look) => paint(['bold', 'underline'], text, look)

/** A line that fills the last column wraps on some terminals. */
const widthOf = ({ columns }: Look) => Math.max(narrowest, Math.min(columns - 1, widest))
