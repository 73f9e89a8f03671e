/*
 * Sites that write about companies, or lend them a place, by what they are.
 *
 * To add one: put its registrable domain (`cnpj.biz`, not `www.cnpj.biz`) into the category that says why a result there
 * is not the company's own site, beside those like it. It covers every subdomain; where only one subdomain is meant,
 * list that (`maps.apple.com`): the longest entry that fits wins. A site with one domain per country goes to
 * `listedBrands` by the name alone. Leave out companies that sell only their own things: for them it is the website. One
 * that is listed and looked for itself is still found, if it bears the company's name and proves itself.
 *
 * test/search/not-company-sites.test.ts says what is wrong with an entry.
 */

/** Lists of companies, people, offers and jobs: they print the right CNPJ, telephone and address of everybody. */
const directory = `
  cnpj.biz casadosdados.com.br econodata.com.br cnpja.com cnpj.info cnpj.ws cnpj.today cnpjs.rocks consultasocio.com
  consultacnpj.com consultascnpj.com empresascnpj.com empresaqui.com.br informecadastral.com.br situacaocadastral.com.br
  speedio.com.br transparencia.cc advdinamico.com.br receitaws.com.br sintegraws.com.br minhareceita.org
  brasilapi.com.br opencnpj.org opencorporates.com opencorpdata.com serasaexperian.com.br serasa.com.br
  dadosmarket.com.br empresometro.com.br linkana.com registro.br
  jusbrasil.com.br escavador.com digesto.com.br radaroficial.com.br
  portaldecompraspublicas.com.br licitanet.com.br licitacoes-e.com.br conlicitacao.com.br bll.org.br bnc.org.br
  guiamais.com.br telelistas.net solutudo.com.br apontador.com.br cylex.com.br hotfrog.com.br paginasamarelas.com.br
  infobel.com infoisinfo.com.br tuugo.com.br misterwhat.com.br listamais.com.br empresite.com.br kekanto.com.br
  hagah.com.br guiatelefone.com guiafacil.com achecerto.com.br encontrasp.com.br yalwa.com.br locanto.com.br
  opendi.com.br cidadesdomeubrasil.com.br cuiket.com.br brownbook.net cybo.com kompass.com findglocal.com vymaps.com
  top-rated.online yellowpages.com foursquare.com wikimapia.org mapcarta.com openstreetmap.org mapquest.com
  moovitapp.com tripadvisor.com.br yelp.com waze.com maps.app.goo.gl goo.gl g.page maps.apple.com bing.com duckduckgo.com
  dnb.com zoominfo.com crunchbase.com rocketreach.co apollo.io lusha.com signalhire.com emis.com owler.com
  pitchbook.com b2bhint.com craft.co tracxn.com cbinsights.com theorg.com leadiq.com contactout.com hunter.io
  g2.com capterra.com.br getapp.com.br clutch.co sortlist.com
  reclameaqui.com.br trustpilot.com ebit.com.br
  glassdoor.com.br catho.com.br vagas.com.br infojobs.com.br gupy.io empregos.com.br trampos.co bne.com.br
  jooble.org trabalhabrasil.com.br talent.com solides.jobs kenoby.com abler.com.br recrutei.com.br sine.com.br
  empregare.com jobatus.com.br careerjet.com.br adzuna.com.br bebee.com programathor.com.br riovagas.com.br
  curriculum.com.br 99jobs.com 99freelas.com.br workana.com
  doctoralia.com.br boaconsulta.com catalogo.med.br helpsaude.com getninjas.com.br habitissimo.com.br
  cronoshare.com.br triider.com.br casamentos.com.br superprof.com.br
  baressp.com.br restaurantguru.com restaurantji.com sluurpy.com.br thefork.com.br wanderlog.com
  booking.com hoteis.com trivago.com.br decolar.com airbnb.com.br hurb.com kayak.com.br agoda.com expedia.com.br
  quintoandar.com.br vivareal.com.br zapimoveis.com.br imovelweb.com.br chavesnamao.com.br 123i.com.br
  wimoveis.com.br dfimoveis.com.br lugarcerto.com.br imovelguide.com.br
  melhorescola.com.br escol.as querobolsa.com.br educamaisbrasil.com.br qedu.org.br
  portaldofranchising.com.br aecweb.com.br tiendeo.com.br
  qualocep.com similarweb.com builtwith.com whois.com
`

/** Shops and classified advertisements of many sellers. */
const marketplace = `
  mercadolivre.com.br mercadolibre.com shopee.com.br magazineluiza.com.br magazinevoce.com.br
  magalu.com americanas.com.br submarino.com.br shoptime.com.br casasbahia.com.br pontofrio.com.br extra.com.br
  carrefour.com.br amazon.com.br aliexpress.com alibaba.com made-in-china.com shein.com ebay.com temu.com wish.com
  elo7.com.br enjoei.com.br olx.com.br madeiramadeira.com.br dafiti.com.br netshoes.com.br centauro.com.br
  leroymerlin.com.br kabum.com.br zattini.com.br estantevirtual.com.br etsy.com ifood.com.br rappi.com.br aiqfome.com
  deliverymuch.com.br ubereats.com 99app.com zedelivery.com.br
  buscape.com.br zoom.com.br bondfaro.com.br jacotei.com.br consultaremedios.com.br canaldapeca.com.br
  webmotors.com.br icarros.com.br mobiauto.com.br usadosbr.com napista.com.br socarrao.com.br
  caminhoesecarretas.com.br mfrural.com.br agroads.com.br b2brazil.com.br solucoesindustriais.com.br
  clickbus.com.br buscaonibus.com.br queropassagem.com.br guichevirtual.com.br
  hotmart.com eduzz.com kiwify.com.br monetizze.com.br udemy.com sympla.com.br eventbrite.com.br
  ingresse.com groupon.com.br peixeurbano.com.br
`

/** Profiles and messages. */
const social = `
  instagram.com facebook.com fb.com fb.me fb.watch messenger.com linkedin.com youtube.com youtu.be tiktok.com x.com
  twitter.com t.co threads.net threads.com pinterest.com pin.it whatsapp.com wa.me wa.link t.me telegram.me
  telegram.org kwai.com snapchat.com reddit.com tumblr.com flickr.com vimeo.com dailymotion.com twitch.tv
  discord.com discord.gg spotify.com soundcloud.com deezer.com bsky.app quora.com medium.com slideshare.net
  scribd.com issuu.com calameo.com behance.net dribbble.com github.com gitlab.com orkut.com vk.com meetup.com
  play.google.com apps.apple.com podcasts.apple.com
`

/** The state: every power and level of it has a second-level domain of its own under .br. */
const government = 'gov.br jus.br leg.br mp.br def.br tc.br mil.br gov'

/** Newspapers, portals, broadcasters and those who spread press releases. */
const news = `
  globo.com uol.com.br folha.com.br estadao.com.br terra.com.br ig.com.br r7.com abril.com.br metropoles.com
  cnnbrasil.com.br sbt.com.br band.com.br ebc.com.br gazetadopovo.com.br correiobraziliense.com.br em.com.br
  clicrbs.com.br correiodopovo.com.br otempo.com.br hojeemdia.com.br jb.com.br infomoney.com.br exame.com istoe.com.br
  istoedinheiro.com.br cartacapital.com.br poder360.com.br nexojornal.com.br valor.com.br oglobo.com.br
  brasil247.com moneytimes.com.br seudinheiro.com investnews.com.br braziljournal.com neofeed.com.br
  startups.com.br startse.com conjur.com.br migalhas.com.br meioemensagem.com.br mercadoeconsumo.com.br
  jovempan.com campograndenews.com.br midiamax.com.br diariodonordeste.verdesmares.com.br opovo.com.br atarde.com.br
  correio24horas.com.br jornaldocomercio.com nsctotal.com.br ndmais.com.br bemparana.com.br tribunapr.com.br
  folhadelondrina.com.br agazeta.com.br jornaldebrasilia.com.br diariodepernambuco.com.br folhape.com.br
  tribunadonorte.com.br gazetaweb.com cadaminuto.com.br acidadeon.com jcnet.com.br diariodaregiao.com.br
  olhardireto.com.br gazetadigital.com.br acritica.com oliberal.com portalamazonia.com
  msn.com yahoo.com bbc.com reuters.com bloomberg.com forbes.com.br prnewswire.com businesswire.com dino.com.br
  canaltech.com.br tecmundo.com.br olhardigital.com.br
`

/** Encyclopaedias, dictionaries, question pages, and what is written for who buys shares. */
const reference = `
  wikipedia.org wikimedia.org wikidata.org wiktionary.org fandom.com britannica.com brasilescola.uol.com.br
  mundoeducacao.uol.com.br dicio.com.br significados.com.br sinonimos.com.br dicionarioinformal.com.br
  infoescola.com todamateria.com.br brainly.com.br passeidireto.com reverso.net linguee.com.br letras.mus.br
  archive.org scielo.br academia.edu researchgate.net imdb.com
  statusinvest.com.br fundamentus.com.br investidor10.com.br investing.com tradingview.com
`

/**
 * Many tenants under one domain. A tenant's own host or page may well be the company's site, but the registrable
 * domain says nothing about whose it is.
 */
const shared_host = `
  negocio.site business.site linktr.ee linkr.bio bio.link beacons.ai taplink.cc campsite.bio lnk.bio carrd.co
  about.me bento.me contate.me heylink.me instabio.cc linklist.bio linkin.bio many.link flow.page solo.to msha.ke
  bit.ly tinyurl.com encurtador.com.br
  sites.google.com docs.google.com drive.google.com forms.gle canva.com canva.site notion.site notion.so
  wixsite.com wixstudio.com wix.com weebly.com webnode.com webnode.com.br webnode.page wordpress.com blogspot.com
  blogspot.com.br blogger.com jimdo.com jimdofree.com jimdosite.com squarespace.com square.site godaddysites.com
  strikingly.com mystrikingly.com site123.me webflow.io framer.website framer.app github.io gitlab.io netlify.app
  vercel.app pages.dev workers.dev herokuapp.com web.app firebaseapp.com onrender.com fly.dev railway.app surge.sh
  glitch.me repl.co lovable.app replit.app base44.app hostingersite.com websiteseguro.com hospedagemdesites.ws
  tempsite.ws mailchi.mp mailchimpsites.com
  myshopify.com lojaintegrada.com.br lojavirtualnuvem.com.br nuvemshop.com.br commercesuite.com.br yampi.com.br
  cartpanda.com vtexcommercestable.com.br myvtex.com mercadoshops.com.br tanlup.com iluria.com loja2.com.br
  kyte.site vendizap.com dooca.store webs.com tripod.com
  comunidades.net anota.ai
  omnibees.com letsbook.com.br olaclick.app ola.click saipos.com trinks.com booksy.com greatpages.com.br systeme.io
  rds.land lpages.co kpages.online bitrix24.site odoo.com zyrosite.com builderallwppro.com manus.space start.page
  takeat.app yooga.app whatsmenu.com.br bagypro.com hotmart.host meusitehostgator.com.br
  goomer.app menudino.com deliverydireto.com.br cardapioweb.com instadelivery.com.br
  amazonaws.com azurewebsites.net cloudfront.net appspot.com ueniweb.com
`

export const listedHosts = { directory, marketplace, social, government, news, reference, shared_host }

/** Companies with one site per country (`amazon.de`, `indeed.com.br`): the name before any public suffix decides. */
export const listedBrands = {
  directory: `
    glassdoor indeed yelp tripadvisor cylex hotfrog kompass europages trivago airbnb jooble careerjet adzuna jora
    thefork capterra google
  `,
  marketplace: 'amazon ebay mercadolivre mercadolibre shopee aliexpress olx',
  social: 'pinterest',
}
