import { isPlaceholderStreet } from './placeholders.ts'
import type { Found } from './quote.ts'

const states = 'AC|AL|AP|AM|BA|CE|DF|ES|GO|MA|MT|MS|MG|PA|PB|PR|PE|PI|RJ|RN|RS|RO|RR|SC|SP|SE|TO'
const streetTypes =
  'Rua R\\. Avenida Av\\.? Alameda Al\\. Travessa Trav\\. Tv\\. Praça Praca Pça\\.? Rodovia Rod\\.? Estrada Estr\\. Largo Viela Ladeira Quadra Qd\\.?'.split(
    ' ',
  )
const streets = streetTypes.flatMap((type) => [type, type.toUpperCase(), type.toLowerCase()]).join('|')
// What a match begins with is asked first: looking behind at every character would be dear.
const cep = /(?=\d\d)(?<![\p{L}\p{N}.,/-])(\d{2})\.?(\d{3})[-‐-― ]{1,3}(\d{3})(?![\p{L}\p{N}/-]|[.,]\d)/gu
const bareCep = /\bCEP\b[^\p{L}\d\n]{0,5}(\d{8})(?!\d)/giu
const addressWords = new RegExp(
  `\\bCEP\\b|(?<![\\p{L}\\p{N}])(?:${streets}|Bairro|Endereço)(?![\\p{L}])|[-,/– ]\\s?(?:${states})(?![\\p{L}\\p{N}])`,
  'iu',
)
/** Where a kind of street may begin. Letters by hand, and no flag: with `i` or `u` the search takes twice as long. */
const streetBegins =
  /[rR](?:[uU][aA]|\.|[oO][dD])|[aA](?:[vV]|[lL]\.|[lL][aA][mM])|[tT](?:[rR][aA][vV]|[vV]\.)|[pP](?:[rR][aA][cCçÇ]|[cCçÇ][aA])|[eE][sS][tT][rR]|[lL](?:[aA][rR][gG]|[aA][dD][eE])|[vV][iI][eE]|[qQ](?:[dD]|[uU][aA][dD])/g
// The name starts with a capital letter, which is what tells "Rua Nova" from "a rua é nova".
const street = new RegExp(
  `(?<![\\p{L}\\p{N}./-])(?:${streets}) ?(?:(?:[dD][aAeEoO][sS]? )?\\p{Lu}|\\d)[^\\n|;]{1,70}?(?:,| -| –| [nN][º°oO.]{1,2}) ?(?:[nN][º°oO.]{1,2} ?)?(?:\\d{1,5}(?:\\.\\d{3})?(?![\\d/])|[sS]\\/?[nN][º°]?(?![\\p{L}])|[kK][mM] ?\\d+)`,
  'uy',
)
const beyond =
  /\s*(?:[|;•·©]|\b(?:tele?fones?|tels?|fones?|celular|whats ?app|cnpj|e-?mail|hor[aá]rio|ver (?:no )?mapa|como chegar|segunda|seg\b|copyright)\b|\(?\+?\d{2}\)? ?9?\d{4}-\d{4}).*$/iu

/** A page with more is a list, of which no more are kept anyway. */
const most = 2000

/** The postal codes of a text as eight digits. Without the word CEP, something of an address must stand close by. */
export function findPostalCodes(text: string): Found[] {
  const found: Found[] = []
  for (const match of text.matchAll(cep)) {
    if (found.length >= most) break
    const value = toPostalCode(match[0])
    const end = match.index + match[0].length
    const near = text.slice(Math.max(0, match.index - 120), end) + text.slice(end, end + 40).replace(/\n.*/s, '')
    if (value && addressWords.test(near)) found.push({ value, start: match.index, end })
  }
  for (const match of text.matchAll(bareCep)) {
    if (found.length >= 2 * most) break
    const value = toPostalCode(match[1]!)
    const end = match.index + match[0].length
    if (value) found.push({ value, start: end - 8, end })
  }
  return found.sort((a, b) => a.start - b.start)
}

/** Eight digits, or `undefined` when the text is no Brazilian postal code or a placeholder. */
export function toPostalCode(written: string): string | undefined {
  const digits = written.replace(/\D/g, '')
  return /^(?!(\d)\1{7}|12345|00)\d{8}$/.test(digits) ? digits : undefined
}

/**
 * The street addresses of a text: from the kind of street through its number to the postal code, the state or the end of
 * the line, and on to the next line where the town stands there.
 */
export function findAddresses(text: string): Found[] {
  const found: Found[] = []
  let reached = 0
  for (const { index: start } of text.matchAll(streetBegins)) {
    if (found.length >= most) break
    if (start < reached) continue
    street.lastIndex = start
    const written = street.exec(text)?.[0]
    if (written === undefined || isPlaceholderStreet(written)) continue
    const numberEnd = start + written.length
    const rest = restOfAddress(text.slice(numberEnd, numberEnd + 200))
    const end = numberEnd + rest.length
    found.push({
      value: text
        .slice(start, end)
        .replace(/\s*\n\s*/g, ', ')
        .replace(/,\s*,/g, ','),
      start,
      end,
    })
    reached = end
  }
  return found
}

const town = new RegExp(`(?<![\\p{L}\\p{N}])(?:${states})(?![\\p{L}\\p{N}])|\\d{5}-?\\d{3}`, 'u')

function restOfAddress(following: string): string {
  const [line = '', ...lines] = following.split('\n')
  const own = untilPostalCode(line.replace(beyond, ''))
  if (town.test(own) || own !== line) return tidy(own)
  const next = lines.find((each) => each.trim())
  if (!next || next.length > 90 || !town.test(next) || /^[#-] /.test(next)) return tidy(own)
  const gap = following.indexOf(next, line.length) - line.length
  return tidy(following.slice(0, line.length + gap) + untilPostalCode(next.replace(beyond, '')))
}

const untilPostalCode = (text: string): string => /^.*?\d{2}\.?\d{3}-\d{3}/.exec(text)?.[0] ?? untilState(text)
const stateEnd = new RegExp(`^.*?[-,/–(] ?(?:${states})(?![\\p{L}\\p{N}])\\)?`, 'u')
function untilState(text: string): string {
  const found = stateEnd.exec(text)?.[0]
  // "- SP. Atendemos …" ends there; "- SP, CEP …" was cut above.
  return found ?? sentence(text)
}
const sentence = (text: string): string => /^.*?(?=[.!?] \p{Lu})/u.exec(text)?.[0] ?? text
const tidy = (text: string): string => text.replace(/[\s,.;:(–-]+$/, '')
