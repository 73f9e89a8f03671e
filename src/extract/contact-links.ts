// The commonest form by far, spared the URL parser.
const plainChat = /^https?:\/\/wa\.me\/(\d{8,20})(?:[/?#]|$)/

/**
 * The number that a WhatsApp link opens a chat with, as digits with the country code (`wa.me/…`,
 * `api.whatsapp.com/send?phone=…`, `whatsapp://send?phone=…`); `undefined` for any other link, and for short
 * links (`wa.me/message/…`), which hide theirs.
 */
export function whatsappNumber(href: string): string | undefined {
  const plain = plainChat.exec(href)?.[1]
  if (plain) return plain
  const url = URL.parse(href)
  if (!url) return undefined
  const host = url.hostname.replace(/^www\./, '')
  const written =
    host === 'wa.me' && /^\/\D{0,3}\d/.test(safeDecode(url.pathname))
      ? safeDecode(url.pathname).split('/')[1]
      : /^(?:api\.|web\.|chat\.)?whatsapp\.com$/.test(host) || url.protocol === 'whatsapp:' || host === 'wa.me'
        ? url.searchParams.get('phone')
        : undefined
  const digits = written?.replace(/\D/g, '') ?? ''
  return digits.length >= 8 ? digits : undefined
}

/** The addresses of a `mailto:` link, without what it puts into the message. */
export const mailtoAddresses = (href: string): string[] =>
  safeDecode(href.replace(/^(?:mailto:(?:\/\/)?\s*)+/i, '').split('?')[0] ?? '')
    .split(/[,;]/)
    .map((each) => bare(each.trim().replace(/^.*<|>.*$/g, '')))
    .filter((each) => each.includes('@'))

// People copy an address with the quotation marks and the full stop around it.
const bare = (address: string): string => address.replace(/^["'([\s]+/, '').replace(/["'.:)\]\s]{1,9}$/, '')

/** The number of a `tel:` link, as it is written there. */
export const telNumber = (href: string): string =>
  safeDecode(href.replace(/^(?:tel|callto):(?:\/\/)?/i, '').split(/[;?]/)[0] ?? '').trim()

/**
 * The address that Cloudflare hides from harvesters: hexadecimal, its first byte being what the others are XORed with.
 */
export function cloudflareEmail(hex: string): string | undefined {
  if (!/^(?:[0-9a-f]{2}){4,500}$/i.test(hex)) return undefined
  const [key = 0, ...bytes] = Buffer.from(hex, 'hex')
  // A link's has the subject of the message behind it.
  const [email = ''] = Buffer.from(bytes.map((byte) => byte ^ key))
    .toString('utf8')
    .split('?')
  return /^[^\s@]+@[^\s@]+$/.test(email) ? email : undefined
}

/** The address behind a link to Cloudflare's own page, which its script would put there: `/cdn-cgi/l/email-protection#…`. */
export const emailProtection = (href: string): string | undefined =>
  cloudflareEmail(/\/cdn-cgi\/l\/email-protection#([0-9a-f]+)$/i.exec(href)?.[1] ?? '')

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
