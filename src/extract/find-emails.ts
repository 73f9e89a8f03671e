import { parse } from 'tldts'
import type { Found } from './quote.ts'

const host = /[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}/iy
/** What stands for the sign. The name and the host are sought from there. */
const disguise = /[[({<] ?(?:arroba|at|@) ?[\])}>]| arroba /gi
const disguised =
  /(?<![\p{L}\p{N}._%+-])([a-z0-9._%+-]{1,64}) ?(?:[[({<] ?(?:arroba|at|@) ?[\])}>]| arroba ) ?([a-z0-9-]{1,63}(?:(?:\.| ?[[({<] ?(?:ponto|dot|\.) ?[\])}>] ?| ponto )[a-z0-9-]{1,63}){1,4})/iuy
const longestName = 64

/** A page with more is a list, of which no more are kept anyway. */
const most = 2000

const placeholderDomains = new Set(
  `example.com example.org example.net example.com.br exemplo.com exemplo.com.br seusite.com seusite.com.br
  seudominio.com seudominio.com.br suaempresa.com suaempresa.com.br seuemail.com seuemail.com.br seuprovedor.com.br
  dominio.com dominio.com.br domain.com mydomain.com yourdomain.com yoursite.com mysite.com yourcompany.com
  empresa.com company.com email.com email.com.br mail.com.br site.com site.com.br test.com teste.com teste.com.br
  sentry.io wixpress.com sentry.wixpress.com sentry-next.wixpress.com wix.com wordpress.com godaddy.com
  squarespace.com webador.com schema.org w3.org`.split(/\s+/),
)
const placeholderNames =
  /^(?:seu[._-]?(?:e-?mail|nome)|your[._-]?(?:e-?mail|name)|(?:e-?mail|exemplo|example|usuario|username|fulano|nome|name)|x{3,}|[0-9a-f]{24,})$/

/**
 * The e-mail addresses of a text, in lower case, also those disguised as `nome [arroba] empresa.com.br`, `nome(at)…` and
 * `nome arroba …`. Placeholders, image names such as `logo@2x.png` and whatever has no existing top-level domain are not,
 * except at `ownDomain`: a site that answers there shows that the domain exists, as within a company's own network.
 */
export function findEmails(text: string, ownDomain: string | null = null): Found[] {
  const found: Found[] = []
  const add = (written: string, start: number, end: number): void => {
    const value = toEmail(written, ownDomain)
    if (value) found.push({ value, start, end })
  }
  // From each sign outwards: a search for the name first would try every word of the page.
  for (let sign = text.indexOf('@'); sign !== -1 && found.length < most; sign = text.indexOf('@', sign + 1)) {
    const start = nameStart(text, sign)
    if (start === sign) continue
    host.lastIndex = sign + 1
    const end = host.test(text) ? host.lastIndex : sign
    if (end > sign && text[end] !== '@') add(text.slice(start, end), start, end)
  }
  let reached = 0
  for (const { index } of text.matchAll(disguise)) {
    if (found.length >= most) break
    const start = nameStart(text, text[index - 1] === ' ' ? index - 1 : index)
    if (start < reached || start === index) continue
    disguised.lastIndex = start
    const match = disguised.exec(text)
    if (!match) continue
    reached = start + match[0].length
    const domain = match[2]!.replace(/ ?[[({<] ?(?:ponto|dot|\.) ?[\])}>] ?| ponto /gi, '.')
    add(`${match[1]}@${domain}`, start, reached)
  }
  return found.sort((a, b) => a.start - b.start)
}

/** Where the name that ends at `end` begins; `end` when there is none. */
function nameStart(text: string, end: number): number {
  let start = end
  while (start > 0 && end - start < longestName && isNameCharacter(text.charCodeAt(start - 1))) start--
  return start
}

// Letters and digits of ASCII, and . _ % + -
const isNameCharacter = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x2e ||
  code === 0x5f ||
  code === 0x25 ||
  code === 0x2b ||
  code === 0x2d

/** One address in lower case, or `undefined` when it is none or a placeholder. */
export function toEmail(written: string, ownDomain: string | null = null): string | undefined {
  const email = written.trim().toLowerCase().replace(/\.+$/, '')
  const [name = '', host = '', ...more] = email.split('@')
  if (more.length || !/^[a-z0-9_%+][a-z0-9._%+-]*$/.test(name) || /\.$|\.\./.test(name)) return undefined
  const { domain, isIcann } = parse(host)
  if (!domain || !(isIcann || domain === ownDomain) || !/^[a-z0-9.-]+$/.test(host) || /(?:^|\.)-|-(?:\.|$)/.test(host))
    return undefined
  if (placeholderDomains.has(domain) || placeholderDomains.has(host) || placeholderNames.test(name)) return undefined
  return `${name}@${host}`
}
