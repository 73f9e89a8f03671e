import { companyPages } from '../extraction.mjs'

/** Of every site; the crawlers follow links, so each page links to all of them. */
export const paths = [
  '/',
  '/sobre',
  '/contato',
  '/produtos',
  '/servicos',
  '/historia',
  '/equipe',
  '/clientes',
  '/unidades',
  '/privacidade',
  '/duvidas',
  '/orcamento',
]

/**
 * Websites of twelve pages in Portuguese, by path. Their links lead to one another or off the site, so that every
 * crawler finds the same pages and no more.
 */
export function companySites(count) {
  const pages = companyPages(count * paths.length)
  return Array.from({ length: count }, (_, site) => {
    const own = pages.slice(site * paths.length, (site + 1) * paths.length)
    return new Map(own.map(({ html, url }, page) => [paths[page], linked(html, new URL(url).host)]))
  })
}

const menu = `<ul>${paths.map((path) => `<li><a href="${path}">${path.slice(1) || 'Início'}</a></li>`).join('')}</ul>`

function linked(html, host) {
  let links = 0
  return html
    .replace(/<link rel="canonical"[^>]*>/, '')
    .replace(/(<a\b[^>]*?\bhref=)("[^"]*"|[^\s>]+)/g, (whole, before, quoted) => {
      const href = quoted.replaceAll('"', '')
      const leadsElsewhere = /^[a-z]+:/i.test(href) && !href.startsWith(`https://${host}/`)
      return leadsElsewhere || href.startsWith('#') ? whole : `${before}"${paths[links++ % paths.length]}"`
    })
    .replace(/(<body[^>]*>)/, `$1${menu}`)
}
