/*
 * What stands in the templates of site builders and in forms: examples, not facts. A company that owns such a name
 * keeps it on its own site.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

const exampleDomains = words(
  `example.com example.org example.net example.com.br exemplo.com exemplo.com.br seusite.com seusite.com.br
  meusite.com meusite.com.br seuwebsite.com seuwebsite.com.br seudominio.com seudominio.com.br meudominio.com
  meudominio.com.br nomedodominio.com.br suaempresa.com suaempresa.com.br minhaempresa.com minhaempresa.com.br
  nomedaempresa.com nomedaempresa.com.br nomedosite.com.br sualoja.com sualoja.com.br minhaloja.com.br
  seunegocio.com seunegocio.com.br suamarca.com suamarca.com.br seuemail.com seuemail.com.br meuemail.com.br
  seuprovedor.com.br provedor.com.br dominio.com dominio.com.br domain.com domainname.com mydomain.com yourdomain.com
  yoursite.com yourwebsite.com mysite.com mywebsite.com website.com sitename.com yourcompany.com mycompany.com
  companyname.com yourbusiness.com mybusiness.com youremail.com yourmail.com empresa.com company.com email.com
  email.com.br mail.com.br site.com site.com.br test.com teste.com teste.com.br demo.com demolink.org sample.com`,
)
const builderDomains = words(
  `sentry.io wixpress.com sentry.wixpress.com sentry-next.wixpress.com wix.com wordpress.com godaddy.com
  squarespace.com webador.com schema.org w3.org elementor.com envato.com themeforest.net templatemonster.com
  colorlib.com wpbakery.com`,
)
const exampleNames =
  /^(?:(?:seu|meu|your|my)[._-]?(?:e-?mail|nome|name)|(?:e-?mail|exemplo|example|usuario|username|fulano(?:[._-]?de[._-]?tal)?|nome|name|seu|voce|your|yourname|nome[._-]?sobrenome|john[._-]?doe|jane[._-]?doe)|x{3,}|[0-9a-f]{24,})$/
// "contato@REMOVAaurora.com.br" writes to nobody until somebody has taken the word out.
const trap = /no-?spam|remov[ae]-?(?:isto|isso|this|me)|remove[._-]?this/

/** `name` and `host` in lower case, `domain` the host's registrable part. */
export const isPlaceholderEmail = (name: string, host: string, domain: string, ownDomain: string | null): boolean =>
  (exampleDomains.has(domain) && domain !== ownDomain) ||
  builderDomains.has(domain) ||
  builderDomains.has(host) ||
  exampleNames.test(name) ||
  trap.test(name) ||
  trap.test(host)

/** Of E.164: the exchange 555 of North America, which templates and films dial. */
export const isPlaceholderPhone = (phone: string): boolean => /^\+1\d{3}555\d{4}$/.test(phone)

const exampleStreet =
  /^(?:(?:rua|r\.|av\.?|avenida) (?:exemplo|nome|sua|da empresa|da sua|fulano|tal\b|teste|lorem|abc\b|xyz\b|x{2,}|principal, 123\b|das ind[uú]strias, 123\b|endere[cç]o)|nome da rua|seu endere[cç]o|your address|\d{1,5},? (?:main|any|your|fake|example|sample|street|elm|demo) (?:st\b|street|address|name|road|rd\b|ave)|\d{1,5} street\b|500 terry franc)/i

/** Whether a street address is an example, Brazilian or foreign. */
export const isPlaceholderStreet = (street: string): boolean => exampleStreet.test(street.trim())

const exampleHandles = words(
  `instagram facebook tiktok twitter youtube linkedin seuperfil suapagina seuinstagram seufacebook suaempresa
  suamarca sualoja seunegocio seusite seucanal seuusuario seunome nomedaempresa nomedapagina usuario username user
  yourusername yourname yourprofile yourpage yourcompany yourbusiness yourbrand yoursite youraccount yourchannel
  yourhandle yourpagename pagename profilename companyname mycompany perfil profile myprofile example exemplo
  accountname channelname placeholder`,
)
// Left over from a template, not the company's.
const builderHandles = words(
  `wix wixcom wixstudio wordpress wordpresscom wordpressdotcom automattic elementor elemntor squarespace shopify godaddy
  webflow weebly jimdo envato themeforest templatemonster colorlib themewagon themefusion elegantthemes wpastra wpbakery
  bootstrapmade bootstrapdash getbootstrap html5up joomla drupal prestashop`,
)

/** Whether a profile's name is an example or a site builder's. */
export function isPlaceholderHandle(handle: string): boolean {
  const bare = handle.toLowerCase().replace(/[._-]/g, '')
  return exampleHandles.has(bare) || builderHandles.has(bare)
}
