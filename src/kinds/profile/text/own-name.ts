import { parse } from 'tldts'
import type { StoredPage } from '../../stored-pages.ts'
import { wordsOf } from './comparable-text.ts'

/** By which words a site's own company is told from others. */
export type OwnName = {
  /** Of the home page's title and site name, without those that any company has. */
  words: ReadonlySet<string>
  /** The host's own label: "escolaaurora". */
  label: string
}

const shortest = 3
/** Words that stand in the names of many companies, and name none. */
const kinds = new Set(
  wordsOf(
    `empresa companhia clínica consultório escola colégio indústria indústrias loja lojas consultoria escritório agência
    construtora fábrica centro instituto restaurante padaria oficina grupo laboratório distribuidora transportadora
    transportes hotel pousada academia cooperativa cia rede startup serviços soluções comércio banco advogados associados
    equipe time equipamentos máquinas produtos marca ltda eireli epp sa me cnpj company clinic group services the home
    início contato sobre nós quem somos site oficial bem vindo para com dos das de do da e em no na por online`,
  ),
)

/** The words of a name that tell whose it is. */
export const tellingWords = (name: string): string[] =>
  wordsOf(name).filter((word) => word.length >= shortest && !kinds.has(word))

/** `pages` has the home page first. */
export function ownNameOf([home]: readonly StoredPage[]): OwnName {
  if (!home) return { words: new Set(), label: '' }
  const label = parse(home.url).domainWithoutSuffix ?? URL.parse(home.url)?.hostname.split('.')[0] ?? ''
  return {
    words: new Set([home.title, home.page.siteName].flatMap((name) => tellingWords((name ?? '').slice(0, 300)))),
    label: wordsOf(label).join(''),
  }
}

/**
 * Whether a name may be the company's own: it has a word of the site's name or address, or none but such as "a Empresa".
 */
export function isOwnName(name: string, { words, label }: OwnName): boolean {
  const telling = tellingWords(name)
  if (telling.length === 0) return true
  return (
    telling.some((word) => words.has(word) || (word.length > shortest && label.includes(word))) ||
    (label.length >= shortest && telling.join('').includes(label))
  )
}

/** Whether the site says enough of its name to tell others' from it. */
export const isKnown = ({ words }: OwnName): boolean => words.size > 0
