import { type FailureCode, failureCodes } from '../../../errors.ts'
import type { SiteReading } from '../../../site/read-site.ts'
import { cut, type Look, oneLine, paint, wrap } from '../terminal.ts'

const mostOfAKind = 10

/** Why a page was left out that did not fail. */
const reasons: Record<string, string> = {
  DUPLICATE: 'Traz o mesmo que outra página.',
  OFF_SITE: 'Leva a outro site.',
}

/** The pages that were tried and not kept, under the reason that they share, with what is particular to each. */
export function skippedLines(skipped: SiteReading['skipped'], width: number, look: Look): string[] {
  const byCode = Map.groupBy(skipped, ({ code }) => code)
  return [...byCode].flatMap(([code, pages]) => {
    const more = pages.length - mostOfAKind
    const [first = '', ...rest] = wrap(reasonOf(code), Math.max(10, width - code.length - 2))
    return [
      `${paint('yellow', code, look)}  ${first}`,
      ...rest.map((line) => ' '.repeat(code.length + 2) + line),
      ...pages.slice(0, mostOfAKind).flatMap(({ url, detail }) => {
        const particular = oneLine(detail.replace(reasonOf(code), ''))
        return [
          `  ${oneLine(url)}`,
          ...(particular && particular !== url ? [paint('dim', `    ${cut(particular, width - 4)}`, look)] : []),
        ]
      }),
      ...(more > 0 ? [`  … e mais ${more.toLocaleString('pt-BR')} (--json mostra todas)`] : []),
    ]
  })
}

function reasonOf(code: string): string {
  return reasons[code] ?? failureCodes[code as FailureCode]?.sentence ?? ''
}
