import { Parser } from 'htmlparser2'
import { extractFacts } from '../dist/extract/extract-facts.js'
import { extractPage } from '../dist/extract/extract-page.js'
import { milliseconds, ratio, verdict } from './harness/report.mjs'
import { median } from './harness/statistics.mjs'

const pageCount = 12
const pageLength = 30_000
const warmUpRounds = 150
const mostPageMs = 0.7
const mostBothMs = 2

/**
 * CPU time of reading a page of 30 KB: its text, links and metadata, its facts, and both, beside htmlparser2 alone with
 * nobody listening. The pages are made here, different ones by turns, in a warm process; a sample is a round over all.
 */
export async function measure({ runs, isQuick }) {
  const pages = companyPages(pageCount)
  const bare = () => {
    for (const { html } of pages) new Parser({}).end(html)
  }
  const extracts = pages.map(({ html, url }) => extractPage(html, url))
  const page = () => {
    for (const { html, url } of pages) extractPage(html, url)
  }
  const facts = () => {
    for (const extract of extracts) extractFacts(extract)
  }
  const both = () => {
    for (const { html, url } of pages) extractFacts(extractPage(html, url))
  }
  const found = extracts.map((extract) => Object.values(extractFacts(extract)).flat().length)
  const parts = [
    { name: 'htmlparser2 alone', run: bare, times: [] },
    { name: 'text, links, metadata', run: page, times: [], mostMs: mostPageMs },
    { name: 'facts of that', run: facts, times: [] },
    { name: 'both', run: both, times: [], mostMs: mostBothMs },
  ]
  const samples = isQuick ? 20 : 60 * runs
  for (let round = -warmUpRounds; round < samples; round++) {
    for (const { run, times } of parts) {
      const tookMs = cpuMs(run) / pages.length
      if (round >= 0) times.push(tookMs)
    }
  }
  const alone = median(parts[0].times)
  return [
    {
      title: 'Reading a page of 30 KB',
      columns: ['part', 'CPU a page', 'of htmlparser2 alone', 'wanted'],
      rows: parts.map(({ name, times, mostMs }) => [
        name,
        milliseconds(median(times)),
        ratio(median(times) / alone),
        mostMs ? `≤ ${mostMs} ms: ${verdict(median(times) <= mostMs)}` : '',
      ]),
      note: `Medians of ${samples} rounds over ${pageCount} pages of ${kilobytes(pages)} with ${Math.min(...found)} to ${Math.max(...found)} facts each.`,
    },
  ]
}

/** Of the whole process: what the garbage collector does beside counts as well. */
function cpuMs(run) {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const kilobytes = (pages) => {
  const sizes = pages.map(({ html }) => Math.round(Buffer.byteLength(html) / 1000))
  return `${Math.min(...sizes)} to ${Math.max(...sizes)} KB`
}

const trades = [
  ['Padaria Aurora', 'pães', 'Pão francês,Broa de milho,Bolo de fubá,Torta de frango,Sonho recheado,Café coado'],
  ['Metalúrgica Serra Azul', 'peças', 'Eixo usinado,Chapa dobrada,Engrenagem helicoidal,Mancal bipartido,Flange cega'],
  ['Clínica Vila Mariana', 'consultas', 'Clínica geral,Cardiologia,Pediatria,Ortopedia,Exames de sangue,Vacinação'],
  ['Contábil Horizonte', 'serviços', 'Abertura de empresa,Folha de pagamento,Imposto de renda,Certidões,Planejamento'],
]
const cities = [
  ['Campinas', 'SP', '19', '13010'],
  ['Joinville', 'SC', '47', '89201'],
  ['Natal', 'RN', '84', '59010'],
  ['Uberlândia', 'MG', '34', '38400'],
]
const sentences = [
  'Há mais de trinta anos no mercado, atendemos clientes de toda a região com qualidade, respeito e preço justo.',
  'Nossa equipe é formada por profissionais experientes, em constante atualização, e segue as normas técnicas vigentes.',
  'Entre 2019 e 2024 ampliamos a fábrica para 3.200 m² e dobramos a capacidade, com investimento de R$ 1.250.000,00.',
  'Solicite um orçamento sem compromisso: respondemos em até 24 horas úteis, de segunda a sexta, das 8h00 às 18h00.',
  'Inscrições de 21/09 a 25/09; o evento acontece das 19h00 às 22h00, na Rua das Palmeiras, ao lado da praça.',
  'Trabalhamos com as melhores marcas, entregamos em todo o Brasil e oferecemos garantia de 12 meses em todos os itens.',
  'A satisfação de quem confia em nós é o que nos move; venha tomar um café e conhecer as nossas instalações.',
]

/** Company pages in Portuguese as site builders, content managers and patient hands make them. */
export function companyPages(count) {
  return Array.from({ length: count }, (_, seed) => {
    const pick = picker(seed + 1)
    const [name, noun, list] = trades[seed % trades.length]
    const host = `www.${slug(name)}${seed}.com.br`
    const company = { name, noun, products: list.split(','), host, city: pick(cities), cnpj: cnpj(pick), pick }
    return { url: `https://${host}/`, html: [builder, contentManager, byHand][seed % 3](company) }
  })
}

function builder(company) {
  const { name, pick } = company
  const card = (text, n) => `<div class="col-12 col-md-4 mb-4" data-aos="fade-up" data-aos-delay="${n * 100}">
        <div class="card h-100 shadow-sm"><img src="/assets/img/${n}.webp" class="card-img-top" alt="${text}" loading="lazy" width="400" height="300">
        <div class="card-body"><h3 class="card-title">${text}</h3><p class="card-text">${pick(sentences)}</p>
        <a href="/produtos/${slug(text)}?ref=home&amp;pos=${n}" class="btn btn-primary">Saiba mais <i class="bi bi-arrow-right" aria-hidden="true"></i></a></div></div></div>`
  return filled(
    `<!DOCTYPE html><html lang="pt-BR"><head>${head(company)}${script(pick, 6)}</head><body class="home page">
    <header class="navbar"><nav><a class="brand" href="/"><img src="/logo.svg" alt="${name}"></a>${menu(company)}</nav></header><main>
    <section class="hero"><h1>${name}</h1><p>${pick(sentences)}</p></section><section class="cards"><h2>O que fazemos</h2><div class="row">`,
    (n) => card(pick(company.products), n),
    `</div></section></main>${footer(company)}${script(pick, 8)}</body></html>`,
  )
}

function contentManager(company) {
  const { name, noun, pick } = company
  const block = (
    n,
  ) => `<div class="elementor-element elementor-element-${n}a${n}f elementor-widget" data-id="${n}a${n}f" data-element_type="widget"
      data-settings="{&quot;animation&quot;:&quot;fadeIn&quot;,&quot;speed&quot;:${n}}"><div class="elementor-widget-container">
      <h2 class="elementor-heading-title">${pick(company.products)}</h2><p><strong>${name}</strong> &#8211; ${pick(sentences)}&nbsp;${pick(sentences)}</p>
      <ul class="wp-block-list"><li>${pick(company.products)}</li><li><a href="https://${company.host}/${slug(noun)}/${n}/" rel="bookmark">${pick(company.products)}</a></li></ul>
      <!-- /wp:list --></div></div>`
  return filled(
    `<!DOCTYPE html><html lang="pt-BR" prefix="og: https://ogp.me/ns#"><head>${head(company)}${style(pick, 50)}${script(pick, 6)}</head>
    <body class="home wp-singular page-id-2"><noscript><img height="1" width="1" src="https://pixel.example.net/tr?id=1"></noscript>
    <div id="page"><header id="masthead">${menu(company)}</header><div id="content"><h1>${name}: ${noun} em ${company.city[0]}</h1>`,
    block,
    `</div>${footer(company)}</div>${script(pick, 10)}</body></html>`,
  )
}

function byHand(company) {
  const { name, pick } = company
  const row = (
    n,
  ) => `<tr bgcolor=#f0f0f0><td align=center width=20%><font face=Verdana size=2><b>${pick(company.products)}</b></font>
    <td><font face=Verdana size=2>${pick(sentences)}<br>${pick(sentences)}</font><td><font size=2>R$ ${120 + n},90<br><a href=produto.asp?id=${n}>ver mais</a></font></tr>`
  return filled(
    `<html><head>${head(company)}${style(pick, 20)}</head><body bgcolor="#ffffff" link=blue><center><table width=780 border=0 cellpadding=0><tr><td>
    <font size=5>${name}</font><tr><td>${menu(company)}<tr><td><table width=100%>`,
    row,
    `</table></table></center>${footer(company)}${script(pick, 4)}</body></html>`,
  )
}

const head = ({ name, noun, host, city: [city, state, area, cep], cnpj, pick }) => `<meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1"><title>${name} | ${noun} em ${city} - ${state}</title>
  <meta name="description" content="${pick(sentences)}"><link rel="canonical" href="https://${host}/">
  <meta property="og:title" content="${name}"><meta property="og:site_name" content="${name}"><meta property="og:locale" content="pt_BR">
  <meta property="og:image" content="https://${host}/capa.jpg"><link rel="stylesheet" href="/css/app.css?v=3"><link rel="icon" href="/favicon.ico">
  <script type="application/ld+json">{"@context":"https://schema.org","@type":"LocalBusiness","name":"${name}","url":"https://${host}/",
  "telephone":"+55 ${area} 3234-5567","taxID":"${cnpj}","email":"contato@${host.slice(4)}","address":{"@type":"PostalAddress",
  "streetAddress":"Rua das Palmeiras, 120","addressLocality":"${city}","addressRegion":"${state}","postalCode":"${cep}-120"},
  "sameAs":["https://www.instagram.com/${handle(name)}","https://www.facebook.com/${handle(name)}"]}</script>`

const menu = ({ products, noun }) =>
  `<ul id="menu" class="nav">${['Início', 'Sobre nós', 'Contato', 'Blog', 'Trabalhe conosco']
    .map((text) => `<li class="menu-item"><a href="/${slug(text)}/">${text}</a></li>`)
    .join('\n')}<li><a href="#">Produtos</a><ul class="sub-menu">${products
    .map((text) => `<li><a href="/${slug(noun)}/${slug(text)}/" title="${text}">${text}</a>`)
    .join('\n')}</ul></li></ul>`

const footer = ({
  name,
  host,
  city: [city, state, area, cep],
  cnpj,
}) => `<footer class="site-footer"><div class="row"><div>
  <h4>Fale conosco</h4><p><i class="fa fa-phone"></i> <a href="tel:+55${area}32345567">(${area}) 3234-5567</a> / 3234-5568</p>
  <p>WhatsApp: <a href="https://wa.me/55${area}988776655?text=Ol%C3%A1" target="_blank" rel="noopener">(${area}) 98877-6655</a></p>
  <p><a href="mailto:contato@${host.slice(4)}">contato@${host.slice(4)}</a> | vendas [arroba] ${host.slice(4)}</p></div><div><h4>Onde estamos</h4>
  <p>Rua das Palmeiras, 120 - Centro<br>${city} - ${state}, CEP ${cep}-120</p><iframe src="https://maps.example.net/embed?q=1"></iframe></div>
  <div class="social"><a href="https://www.instagram.com/${handle(name)}/" aria-label="Instagram"><svg viewBox="0 0 16 16">
  <path d="M8 0C5.8 0 5.5 0 4.7.05 3.8.09 3.2.2 2.7.4"/></svg></a><a href="https://www.facebook.com/${handle(name)}">Facebook</a></div></div>
  <p>&copy; 2012 - 2026 ${name}. CNPJ: ${cnpj}. Todos os direitos reservados.</p>
  <p>Desenvolvido por <a href="https://agencia.example.net/">Agência Exemplo</a> (11) 3003-1234</p></footer>`

/** Script and style in lines as trackers and themes write them; `size` counts the lines. */
const script = (pick, size) =>
  `<script>${Array.from({ length: size }, () => `window.dataLayer=window.dataLayer||[];if(a<${pick([1, 2, 3])}&&b>0){gtag('event','${pick(['view', 'click'])}',{id:${pick([1133334455, 71])},nome:"<b>x</b>"})}`).join('\n')}</script>`
const style = (pick, size) =>
  `<style>${Array.from({ length: size }, () => `.w-${pick([1, 2, 3])}>a:hover{color:#${pick(['fff', '123456'])};margin:0 ${pick([4, 8])}px;transition:all .3s ease}`).join('\n')}</style>`

/** `before`, as many `part`s as bring the page to its length, `after`. */
function filled(before, part, after) {
  const parts = []
  let length = before.length + after.length
  for (let n = 1; length < pageLength; n++) length += parts[parts.push(part(n)) - 1].length
  return before + parts.join('\n') + after
}

function cnpj(pick) {
  const digits = [...Array.from({ length: 8 }, () => pick([1, 2, 3, 4, 5, 6, 7])), 0, 0, 0, 1]
  for (const weights of [
    [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
    [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
  ]) {
    const rest = weights.reduce((sum, weight, n) => sum + weight * digits[n], 0) % 11
    digits.push(rest < 2 ? 0 : 11 - rest)
  }
  return digits.join('').replace(/^(..)(...)(...)(....)/, '$1.$2.$3/$4-')
}

/** Chooses from a list, the same things for the same seed on every machine. */
function picker(seed) {
  let state = seed * 2_654_435_761
  return (list) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return list[Math.floor((state / 2 ** 32) * list.length)]
  }
}

const slug = (text) =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z0-9 ]/g, '')
    .replaceAll(' ', '-')

const handle = (name) => slug(name).replaceAll('-', '')
