import { normalizeCnpj } from '../cnpj/number.ts'
import type { Found } from './quote.ts'

const blank = '[^\\S\\n]{0,2}'
const dash = '[-‐-―−]'
const root = `[0-9A-Z]{2}${blank}\\.?${blank}[0-9A-Z]{3}${blank}\\.?${blank}[0-9A-Z]{3}`
const branch = `[0-9A-Z]{4}${blank}(?:${dash}|\\.)?${blank}\\d{2}`
const beforeSlash = new RegExp(`${root}${blank}$`, 'i')
const afterSlash = new RegExp(`^${blank}${branch}`, 'i')
const withoutSlash = new RegExp(`(?<!\\p{N})${root}${blank}(?:${dash}|\\.)?${blank}${branch}(?!\\p{N})`, 'giu')
const longestRoot = 18
const longestBranch = 14
const longest = longestRoot + longestBranch

/** One is known by its slash or by the word before it; a search for the whole would try every word of the page. */
const sign = /(?<=[0-9A-Z\s])\/(?=[^\S\n]{0,2}[0-9A-Z]{4})|cnpj|c\.n\.p\.j|cgc|c\.g\.c|pessoas? jur[ií]dicas?/gi
const wordReach = 40
/** Far more than are kept of a page. */
const mostFound = 2_000

// Words that may stand against a number without a blank: CNPJ11.222.333/0001-81, nº11.222.333/0001-81.
const gluedWord = /(?:cnpj|c\.n\.p\.j|cgc|mf|[º°ª]|(?<!\p{L})n[or]?)$/iu
const punctuated = /^\d{2} ?\. ?\d{3} ?\. ?\d{3} ?\/ ?\d{4} ?[-‐-―−] ?\d{2}$/
const piecesApart = /[0-9A-Z][^\S\n]+[0-9A-Z]/i
const namedBefore = /(?:cnpj|cgc)[^\n]{0,24}$/i

const otherNumber =
  /pedido|protocolo|processo|\bnfs?-?e?\b|\bnota|boleto|fatura|c[oó]digo|\bc[oó]d\b|barras|\bean\b|\bgtin\b|\bdun\b|\bsku\b|chave(?! ?(?:do |de |da )?pix)|rastre|contrato|matr[ií]cula|ag[eê]ncia|\bconta\b|\bcart[aã]o|s[eé]rie|\blote\b|telefone|whats|renavam|chassi|recibo|ap[oó]lice|or[cç]amento|\bpis\b|\bnis\b/i
const sentenceEnd = /(?:\p{Ll}{4}[.;…]|[!?])\s|[.;…]\s+(?!N[uú]mero|Matriz|Filial|Min)\p{Lu}\p{Ll}{3}/u
const numberWords = /^(?:(?<!\p{L})(?:n[ºo°r.]*|n[uú]mero|matriz|filial|filiais|sob|e|ou|de)(?!\p{L})|[^\p{L}])*$/iu

/**
 * The valid CNPJs of a text, with or without punctuation. Fourteen characters in a row may be a product code whose sum
 * is right by chance, so without the slash the word CNPJ (or CGC, as it was called until 1998) must stand shortly before
 * in the same sentence, and no word for another number between.
 */
export function findCnpjs(text: string): Found[] {
  const found = new Map<number, Found>()
  const add = (candidate: Found | undefined): void => {
    if (candidate && !found.has(candidate.start)) found.set(candidate.start, candidate)
  }
  let wordEnd = -1
  for (const { 0: what, index } of text.matchAll(sign)) {
    if (found.size >= mostFound) break
    if (what === '/') {
      add(aroundSlash(text, index))
    } else {
      if (wordEnd >= 0) afterWord(text, wordEnd, index).forEach(add)
      wordEnd = index + what.length
    }
  }
  if (wordEnd >= 0) afterWord(text, wordEnd, text.length).forEach(add)
  return [...found.values()].sort((a, b) => a.start - b.start)
}

function aroundSlash(text: string, slash: number): Found | undefined {
  const branch = afterSlash.exec(text.slice(slash + 1, slash + 1 + longestBranch))
  const root = branch && beforeSlash.exec(text.slice(Math.max(0, slash - longestRoot), slash))
  return branch && root ? toFound(text, slash - root[0].length, slash + 1 + branch[0].length) : undefined
}

/** Those without a slash that the word ending at `from` speaks of, no further than the next such word at `to`. */
function afterWord(text: string, from: number, to: number): Found[] {
  if (to - from < 14) return []
  const window = text.slice(from, Math.min(to, from + wordReach + longest) + 1)
  return [...window.matchAll(withoutSlash)].flatMap((match) => {
    if (match.index > wordReach) return []
    const start = from + match.index
    const found = toFound(text, start, start + match[0].length)
    return found && speaksOf(text.slice(from, start)) ? [found] : []
  })
}

function toFound(text: string, start: number, end: number): Found | undefined {
  const value = normalizeCnpj(text.slice(start, end).replace(/[‐-―−]/g, '-'))
  return value && isWhole(text, start, end) ? { value, start, end } : undefined
}

/** Whether what stands between the word CNPJ and a number leaves the one the name of the other. */
function speaksOf(between: string): boolean {
  if (otherNumber.test(between) || sentenceEnd.test(between)) return false
  // Behind another number, and on another line, only such words as "nº" and "filial" keep the connection.
  const start = /^.*(?:\d{2}|\n)/s.exec(between)?.[0].length ?? 0
  return start === 0 || numberWords.test(between.slice(start))
}

/** Whether a number is not part of something longer: digits, an address, a word. */
function isWhole(text: string, start: number, end: number): boolean {
  const raw = text.slice(start, end)
  const before = text.slice(Math.max(0, start - 8), start)
  const after = text.slice(end, end + 2)
  if (/\p{N}[.-]?$/u.test(before) || /^(?:\p{N}|[.-]\p{N})/u.test(after)) return false
  // Three short words before a date have the form of one with letters, and so has a host or a folder.
  if (/[A-Z]/i.test(raw)) {
    if (piecesApart.test(raw)) return false
    const isPath = raw.includes('/') && (!raw.includes('.') || /^[a-z. ]*\//.test(raw))
    if (isPath && !namedBefore.test(text.slice(Math.max(0, start - 32), start))) return false
  }
  // The pieces of a line may have no blank between them; nothing else is written like this.
  if (punctuated.test(raw)) return true
  return !/^\p{L}/u.test(after) && (!/\p{L}$/u.test(before) || gluedWord.test(before))
}
