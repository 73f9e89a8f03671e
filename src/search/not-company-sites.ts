import { getDomainWithoutSuffix, getHostname } from 'tldts'

/** Why a host is not a company's own website. */
export type HostCategory = 'directory' | 'marketplace' | 'social' | 'government' | 'news' | 'reference' | 'shared_host'

/**
 * Sites that write about companies, by what they are. An entry covers the domain and every subdomain of it; the
 * longest entry that fits wins. Add a line where a search keeps offering a site that is no company's own.
 */
export const notCompanySites: Record<HostCategory, ReadonlySet<string>> = {
  /** Lists of companies, people and jobs: they print the right CNPJ, telephone and address of everybody. */
  directory: words(`
    cnpj.biz casadosdados.com.br econodata.com.br cnpja.com cnpj.info cnpj.ws cnpj.today cnpjs.rocks consultasocio.com
    consultacnpj.com empresascnpj.com empresaqui.com.br informecadastral.com.br situacaocadastral.com.br
    speedio.com.br transparencia.cc advdinamico.com.br receitaws.com.br minhareceita.org brasilapi.com.br
    opencnpj.org opencorporates.com serasaexperian.com.br serasa.com.br
    jusbrasil.com.br escavador.com
    guiamais.com.br telelistas.net solutudo.com.br apontador.com.br cylex.com.br hotfrog.com.br
    infobel.com tuugo.com.br misterwhat.com.br listamais.com.br empresite.com.br kekanto.com.br hagah.com.br
    cuiket.com.br brownbook.net cybo.com kompass.com findglocal.com vymaps.com top-rated.online
    restaurantguru.com yellowpages.com foursquare.com wikimapia.org mapcarta.com openstreetmap.org mapquest.com
    tripadvisor.com.br yelp.com waze.com maps.app.goo.gl goo.gl g.page maps.apple.com bing.com duckduckgo.com
    dnb.com zoominfo.com crunchbase.com rocketreach.co apollo.io lusha.com signalhire.com emis.com owler.com
    pitchbook.com b2bhint.com craft.co
    reclameaqui.com.br trustpilot.com
    glassdoor.com.br catho.com.br vagas.com.br infojobs.com.br gupy.io empregos.com.br trampos.co bne.com.br
    jooble.org trabalhabrasil.com.br talent.com
    doctoralia.com.br boaconsulta.com catalogo.med.br getninjas.com.br habitissimo.com.br cronoshare.com.br
    triider.com.br casamentos.com.br
    booking.com hoteis.com trivago.com.br decolar.com airbnb.com.br hurb.com kayak.com.br agoda.com
    quintoandar.com.br vivareal.com.br zapimoveis.com.br imovelweb.com.br chavesnamao.com.br
    melhorescola.com.br escol.as querobolsa.com.br educamaisbrasil.com.br qedu.org.br
    qualocep.com similarweb.com builtwith.com whois.com
  `),

  /** Shops and classified advertisements of many sellers. */
  marketplace: words(`
    mercadolivre.com.br mercadolibre.com shopee.com.br magazineluiza.com.br magazinevoce.com.br
    magalu.com americanas.com.br submarino.com.br shoptime.com.br casasbahia.com.br pontofrio.com.br extra.com.br
    carrefour.com.br amazon.com.br aliexpress.com alibaba.com shein.com ebay.com temu.com wish.com elo7.com.br
    enjoei.com.br olx.com.br madeiramadeira.com.br dafiti.com.br netshoes.com.br centauro.com.br leroymerlin.com.br
    kabum.com.br zattini.com.br estantevirtual.com.br etsy.com ifood.com.br rappi.com.br aiqfome.com
    ubereats.com 99app.com zedelivery.com.br buscape.com.br zoom.com.br bondfaro.com.br jacotei.com.br
    webmotors.com.br icarros.com.br mfrural.com.br agroads.com.br b2brazil.com.br
    solucoesindustriais.com.br hotmart.com eduzz.com kiwify.com.br monetizze.com.br sympla.com.br eventbrite.com.br
    ingresse.com groupon.com.br
  `),

  /** Profiles and messages. */
  social: words(`
    instagram.com facebook.com fb.com fb.me fb.watch messenger.com linkedin.com youtube.com youtu.be tiktok.com x.com
    twitter.com t.co threads.net threads.com pinterest.com pin.it whatsapp.com wa.me wa.link t.me telegram.me
    telegram.org kwai.com snapchat.com reddit.com tumblr.com flickr.com vimeo.com dailymotion.com twitch.tv
    discord.com discord.gg spotify.com soundcloud.com deezer.com bsky.app quora.com medium.com slideshare.net
    scribd.com issuu.com behance.net dribbble.com github.com gitlab.com orkut.com vk.com meetup.com
    play.google.com apps.apple.com podcasts.apple.com
  `),

  /** The state: every power and level of it has a second-level domain of its own under .br. */
  government: words('gov.br jus.br leg.br mp.br def.br tc.br mil.br gov'),

  /** Newspapers, portals and broadcasters. */
  news: words(`
    globo.com uol.com.br folha.com.br estadao.com.br terra.com.br ig.com.br r7.com abril.com.br metropoles.com
    cnnbrasil.com.br sbt.com.br gazetadopovo.com.br correiobraziliense.com.br em.com.br
    clicrbs.com.br otempo.com.br jb.com.br infomoney.com.br exame.com istoe.com.br
    istoedinheiro.com.br cartacapital.com.br poder360.com.br nexojornal.com.br valor.com.br oglobo.com.br
    jovempan.com.br campograndenews.com.br diariodonordeste.verdesmares.com.br opovo.com.br atarde.com.br
    correio24horas.com.br jornaldocomercio.com nsctotal.com.br ndmais.com.br msn.com yahoo.com bbc.com reuters.com
    bloomberg.com forbes.com.br canaltech.com.br tecmundo.com.br olhardigital.com.br
  `),

  /** Encyclopaedias, dictionaries and question pages. */
  reference: words(`
    wikipedia.org wikimedia.org wikidata.org wiktionary.org fandom.com britannica.com brasilescola.uol.com.br
    mundoeducacao.uol.com.br dicio.com.br significados.com.br infoescola.com todamateria.com.br brainly.com.br
    passeidireto.com reverso.net linguee.com.br archive.org scielo.br academia.edu researchgate.net
  `),

  /**
   * Many tenants under one domain. A tenant's own host or page may well be the company's site, but the registrable
   * domain says nothing about whose it is.
   */
  shared_host: words(`
    negocio.site business.site linktr.ee linkr.bio bio.link beacons.ai taplink.cc campsite.bio lnk.bio carrd.co
    about.me sites.google.com docs.google.com drive.google.com forms.gle canva.com canva.site notion.site notion.so
    wixsite.com wix.com weebly.com webnode.com webnode.com.br webnode.page wordpress.com blogspot.com
    blogspot.com.br blogger.com jimdo.com jimdofree.com jimdosite.com squarespace.com godaddysites.com strikingly.com
    site123.me webflow.io framer.website framer.app github.io gitlab.io netlify.app vercel.app pages.dev workers.dev
    herokuapp.com web.app firebaseapp.com onrender.com fly.dev railway.app surge.sh glitch.me lovable.app replit.app
    myshopify.com lojaintegrada.com.br lojavirtualnuvem.com.br commercesuite.com.br yampi.com.br
    cartpanda.com vtexcommercestable.com.br myvtex.com mercadoshops.com.br webs.com tripod.com
    comunidades.net anota.ai
    goomer.app menudino.com deliverydireto.com.br cardapioweb.com instadelivery.com.br
    amazonaws.com azurewebsites.net cloudfront.net appspot.com ueniweb.com
  `),
}

/** Companies with one site per country (`amazon.de`, `indeed.com.br`): the name before any public suffix decides. */
const brands: ReadonlyMap<string, HostCategory> = new Map([
  ...pairs(
    'directory',
    'glassdoor indeed yelp tripadvisor cylex hotfrog kompass europages trivago airbnb jooble google',
  ),
  ...pairs('marketplace', 'amazon ebay mercadolivre mercadolibre shopee aliexpress olx'),
  ...pairs('social', 'pinterest'),
])

const categoryOf: ReadonlyMap<string, HostCategory> = new Map(
  Object.entries(notCompanySites).flatMap(([category, hosts]) =>
    [...hosts].map((host) => [host, category as HostCategory] as const),
  ),
)

/**
 * What the host of a URL (or a bare host name) is, if it is known not to be one company's own website.
 *
 * `shared_host` differs from the others: the domain is a landlord's, and `padaria.negocio.site` may be the very site
 * that is looked for. The others are somebody's site too: whoever looks for Magazine Luiza's own has to let proof
 * overrule this answer.
 */
export function classifyHost(url: string): HostCategory | undefined {
  const host = getHostname(url)?.toLowerCase().replace(/\.$/, '')
  if (!host) return undefined
  const labels = host.split('.')
  for (let from = 0; from < labels.length; from++) {
    const category = categoryOf.get(labels.slice(from).join('.'))
    if (category) return category
  }
  return brands.get(getDomainWithoutSuffix(host) ?? '')
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter(Boolean))
}

function pairs(category: HostCategory, names: string): [string, HostCategory][] {
  return [...words(names)].map((name) => [name, category])
}
