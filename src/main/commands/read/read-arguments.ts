import { startUrlVariants } from '../../../site/read-home.ts'
import { parseCommandLine } from '../command-line.ts'

/** What to read, and how much of it to show. */
export type ReadRequest = {
  url: string
  /** `CRAWL_MAX_PAGES` if not given. */
  maxPages: number | undefined
  show: 'summary' | 'text' | 'json'
  /** One page alone: its number in the list, its path or its address. */
  page: string | undefined
}

export const readHelp = `Uso: sonda read <site> [opções]

Lê um site como o Sonda o lê ao procurar o site de uma empresa, e mostra as
páginas, os fatos com o trecho de onde vieram, e o que não foi lido e por quê.
Não usa banco de dados.

  sonda read https://example.com
  sonda read example.com --text
  sonda read example.com --page /contato

Opções
  --pages N   lê no máximo N páginas (1 a 200; sem ela, CRAWL_MAX_PAGES)
  --text      mostra o texto inteiro de cada página, e não só o começo
  --page P    mostra uma página só, com o texto inteiro: o número dela na
              lista, o caminho (/contato) ou o endereço
  --json      tudo, para programas lerem
  --help      esta ajuda

Valem as variáveis de ambiente CRAWL_*, EGRESS_*, CHROMIUM_PATH e
BROWSER_WS_URL. NO_COLOR tira as cores.

Termina com 0 se o site foi lido, 1 se não foi, 2 se o comando foi escrito
errado.`

const options = {
  pages: { type: 'string' },
  text: { type: 'boolean' },
  page: { type: 'string' },
  json: { type: 'boolean' },
} as const
const mostPages = 200

/** Reads what stands behind `sonda read`; `problem` is a sentence on what is wrong with it, in Portuguese. */
export function parseReadArguments(args: string[]): ReadRequest | { problem: string } | 'help' {
  const parsed = parseCommandLine(args, options)
  if (parsed === 'help' || 'problem' in parsed) return parsed
  const { values, words } = parsed
  const [url, other] = words
  if (url === undefined) return { problem: 'falta o endereço do site.' }
  if (other !== undefined) return { problem: `um site de cada vez; ${other} sobra.` }
  if (!isAddress(url)) return { problem: `${url} não é o endereço de um site.` }
  if (values.json && (values.text || values.page !== undefined)) {
    return { problem: '--json mostra tudo; --text e --page não combinam com ele.' }
  }
  const { pages } = values
  const maxPages = pages === undefined ? undefined : Number(pages)
  if (maxPages !== undefined && !(/^\d+$/.test(pages!) && maxPages >= 1 && maxPages <= mostPages)) {
    return { problem: `--pages precisa de um número de 1 a ${mostPages}.` }
  }
  return {
    url,
    maxPages,
    show: values.json ? 'json' : values.text ? 'text' : 'summary',
    page: values.page,
  }
}

/** Whether it can be the address of a site at all; where it leads is for the gate to judge. */
function isAddress(text: string): boolean {
  try {
    return startUrlVariants(text).length > 0
  } catch {
    return false
  }
}
