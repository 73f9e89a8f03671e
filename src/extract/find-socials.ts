import { isPlaceholderHandle } from './placeholders.ts'
import type { Found } from './quote.ts'

type Network = { hosts: RegExp; profile: (path: string[], url: URL) => string | undefined }

const handle = (text: string | undefined, shape: RegExp, reserved: ReadonlySet<string>): string | undefined => {
  const name = text?.replace(/^@/, '')
  if (!name || !shape.test(name)) return undefined
  const lower = name.toLowerCase()
  return reserved.has(lower) || isPlaceholderHandle(lower) ? undefined : lower
}
const words = (text: string): Set<string> => new Set(text.split(/\s+/))

const notOnInstagram = words('p _u reel reels explore stories accounts tv share direct about developer legal web oauth')
const notOnFacebook = words(
  `sharer sharer.php share share.php dialog plugins tr login login.php groups events watch photo photo.php photos
  story.php hashtag policies policy help privacy media permalink.php posts reel marketplace business games gaming l.php
  terms about pages people p pg category profile.php home.php policy.php ads legal 2008 public directory settings
  campaign business help watch stories`,
)
// What follows a profile's name in the address of a single post, by whomever it was embedded.
const posts = words('p reel reels status statuses video videos photo photos posts events permalink stories')
const isPost = ([, kind, post]: string[]): boolean => post !== undefined && posts.has(kind ?? '')
const notOnX = words(
  'intent share statuses widgets home hashtag search i login signup privacy tos explore messages settings',
)

const networks: Network[] = [
  {
    hosts: /(?:^|\.)(?:instagram\.com|instagr\.am)$/,
    profile: (path) =>
      prefixed('https://www.instagram.com/', handle(path[path[0] === '_u' ? 1 : 0], /^[\w.]{2,30}$/, notOnInstagram)),
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
      const name = first === 'pg' ? second : first
      if (/\.php$|^v\d+\.\d+$/i.test(name ?? '')) return undefined
      return prefixed('https://www.facebook.com/', handle(name, /^[\p{L}\p{N}.%-]{2,100}$/u, notOnFacebook))
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
/** Of the same companies, for developers, advertisers and buttons. */
const otherService =
  /^(?:developers?|business|businesses|apps|help|about|api|graph|l|lm|ads|newsroom|support|static|connect|platform|blog|legal|careers|transparency|music|studio|analytics)\./
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
  if (!network || otherService.test(url.hostname)) return undefined
  const path = url.pathname.split('/').filter(Boolean)
  return isPost(path) ? undefined : network.profile(path, url)
}

const prefixed = (prefix: string, name: string | undefined): string | undefined => name && prefix + name
const digits = (text: string | null): string | undefined => (text && /^\d{5,20}$/.test(text) ? text : undefined)
