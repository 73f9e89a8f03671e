import { Parser } from 'htmlparser2'

/** What a sitemap file lists, as it is written: pages, and in an index further sitemaps. */
export type Sitemap = { pages: string[]; sitemaps: string[] }

// A sitemap is three deep; in a hostile one each level would make every closing tag dearer to match.
const deepest = 20

/** Reads a file of the sitemap protocol (sitemaps.org); of one that is cut short, what stands before the cut. */
export function parseSitemap(xml: string, { maxUrls }: { maxUrls: number }): Sitemap {
  const found: Sitemap = { pages: [], sitemaps: [] }
  const open: string[] = []
  let location = ''
  const parser = new Parser(
    {
      onopentagname(name) {
        open.push(bareName(name))
        if (open.length > deepest) parser.pause()
        location = ''
      },
      ontext(piece) {
        if (open.at(-1) === 'loc') location += piece
      },
      onclosetag() {
        const [parent, name] = open.slice(-2)
        open.pop()
        if (name !== 'loc' || location.trim() === '') return
        if (parent === 'url') found.pages.push(location.trim())
        else if (parent === 'sitemap') found.sitemaps.push(location.trim())
        if (found.pages.length + found.sitemaps.length >= maxUrls) parser.pause()
      },
    },
    { xmlMode: true },
  )
  parser.write(xml)
  return found
}

/** Without the sitemap namespace's prefix; `image:loc` and its like stay what they are. */
const bareName = (name: string) => name.toLowerCase().replace(/^(sm|sitemap|s|ns\d):/, '')
