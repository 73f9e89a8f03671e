import type { Found } from './quote.ts'

type Network = { hosts: RegExp; profile: (path: string[], url: URL) => string | undefined }

const handle = (text: string | undefined, shape: RegExp, reserved: ReadonlySet<string>): string | undefined => {
  const name = text?.replace(/^@/, '')
  if (!name || !shape.test(name)) return undefined
  const lower = name.toLowerCase()
  return reserved.has(lower) || templates.has(lower) ? undefined : lower
}
const words = (text: string): Set<string> => new Set(text.split(/\s+/))

// Left over from a site builder's template, not the company's.
const templates = words(
  `wix wixcom wordpress wordpressdotcom elementor squarespace shopify godaddy webflow envato themeforest
  instagram facebook tiktok twitter youtube seuperfil suapagina seuinstagram suaempresa seuusuario usuario username
  yourusername yourprofile yourpage perfil`,
)
const notOnInstagram = words('p reel reels explore stories accounts tv share direct about developer legal web oauth')
const notOnFacebook = words(
  `sharer sharer.php share share.php dialog plugins tr login login.php groups events watch photo photo.php photos
  story.php hashtag policies policy help privacy media permalink.php posts reel marketplace business games gaming l.php
  v2.0 v3.0 terms about`,
)
const notOnX = words('intent share home hashtag search i login signup privacy tos explore messages settings')

const networks: Network[] = [
  {
    hosts: /(?:^|\.)(?:instagram\.com|instagr\.am)$/,
    profile: ([first]) => prefixed('https://www.instagram.com/', handle(first, /^[\w.]{2,30}$/, notOnInstagram)),
  },
  {
    hosts: /(?:^|\.)(?:facebook\.com|fb\.com|fb\.me)$/,
    profile: ([first, second, third], url) => {
      if (first === 'profile.php')
        return prefixed('https://www.facebook.com/profile.php?id=', digits(url.searchParams.get('id')))
      if (first === 'pages' && second && /^\d+$/.test(third ?? ''))
        return `https://www.facebook.com/pages/${second}/${third}`
      if (first === 'people' && second && /^\d+$/.test(third ?? ''))
        return `https://www.facebook.com/people/${second}/${third}`
      if (first === 'p' && second) return `https://www.facebook.com/p/${second}`
      return prefixed('https://www.facebook.com/', handle(first, /^[\p{L}\p{N}.%-]{2,100}$/u, notOnFacebook))
    },
  },
  {
    hosts: /(?:^|\.)linkedin\.com$/,
    profile: ([kind, name]) =>
      kind === 'company'
        ? prefixed('https://www.linkedin.com/company/', handle(name, /^[\p{L}\p{N}.&%'_-]{2,120}$/u, new Set()))
        : undefined,
  },
  {
    hosts: /(?:^|\.)youtube\.com$/,
    profile: ([first, second]) => {
      if (first?.startsWith('@'))
        return prefixed('https://www.youtube.com/@', handle(first, /^[\p{L}\p{N}._%-]{2,60}$/u, new Set()))
      // A channel's id is case-sensitive.
      if (first === 'channel' && /^UC[\w-]{22}$/.test(second ?? '')) return `https://www.youtube.com/channel/${second}`
      const named =
        first === 'c' || first === 'user' ? handle(second, /^[\p{L}\p{N}._%-]{2,60}$/u, new Set()) : undefined
      return named && `https://www.youtube.com/${first}/${named}`
    },
  },
  {
    hosts: /(?:^|\.)tiktok\.com$/,
    profile: ([first]) =>
      first?.startsWith('@')
        ? prefixed('https://www.tiktok.com/@', handle(first, /^[\w.]{2,30}$/, new Set()))
        : undefined,
  },
  {
    hosts: /^(?:www\.|mobile\.)?(?:x|twitter)\.com$/,
    profile: ([first]) => prefixed('https://x.com/', handle(first, /^\w{1,15}$/, notOnX)),
  },
]

const written =
  /(?<![\w@.-])(?:https?:\/\/)?(?:[\w-]{1,20}\.)?(?:instagram|facebook|linkedin|youtube|tiktok|twitter)\.com(?:\.br)?\/[^\s|"'<>()[\]]{2,120}/gi
/** Where one may stand; a search for the whole would try every word of the page. */
const sign = /(?:am|ok|in|be|er)\.com(?:\.br)?\//gi
const beforeSign = 40
const afterSign = 140
/** Every address of a profile has one of these. */
const names = /instagra?\.?m|facebook|fb\.|linkedin|youtube|tiktok|twitter|\bx\./i

/** The profiles whose addresses a text spells out. */
export function findSocials(text: string): Found[] {
  const found: Found[] = []
  let reached = 0
  for (const { index } of text.matchAll(sign)) {
    if (index < reached) continue
    const from = Math.max(reached - 1, index - beforeSign, 0)
    const nearby = [...text.slice(from, index + afterSign).matchAll(written)]
    // What begins with the window may begin before it.
    const match = nearby.find(
      (each) =>
        from + each.index <= index && from + each.index + each[0].length > index && (each.index > 0 || from === 0),
    )
    if (!match) continue
    const raw = match[0].replace(/[.,;:!?]+$/, '')
    const start = from + match.index
    reached = start + match[0].length
    const value = toSocialProfile(/^https?:/i.test(raw) ? raw : `https://${raw}`)
    if (value) found.push({ value, start, end: start + raw.length })
  }
  return found
}

/**
 * The profile a link leads to, in one form per profile: Instagram, Facebook, LinkedIn (companies), YouTube, TikTok or X.
 * `undefined` for anything else, links that share or show a single post included.
 */
export function toSocialProfile(link: string): string | undefined {
  if (!names.test(link)) return undefined
  const url = URL.parse(link)
  const network = url && networks.find(({ hosts }) => hosts.test(url.hostname))
  return network ? network.profile(url.pathname.split('/').filter(Boolean), url) : undefined
}

const prefixed = (prefix: string, name: string | undefined): string | undefined => name && prefix + name
const digits = (text: string | null): string | undefined => (text && /^\d{5,20}$/.test(text) ? text : undefined)
