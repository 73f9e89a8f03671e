import { expect, test } from 'vitest'
import { extractPage } from '../../src/extract/extract-page.ts'

const textOf = (html: string): string => extractPage(html, 'https://www.aurora.com.br/').text
const said = 'Somos certificados ISO 9001.'

test.each([
  `<div style="height:0;overflow:hidden">${said}</div>`,
  `<div style="max-height: 0px; overflow-y: hidden">${said}</div>`,
  `<div style="overflow:hidden;width:0">${said}</div>`,
  `<p style="color:#fff;background:#FFFFFF">${said}</p>`,
  `<p style="background-color: rgb(255, 255, 255); color: white">${said}</p>`,
  `<p style="opacity:0">${said}</p>`,
  `<p style="visibility:hidden">${said}</p>`,
  `<span class="sr-only">${said}</span>`,
  `<span class="icon visually-hidden">${said}</span>`,
  `<span class="screen-reader-text">${said}</span>`,
])('what no reader sees is not in the text: %s', (html) => {
  expect(textOf(`<p>Moldes.</p>${html}<p>Fim.`)).toBe('Moldes.\n\nFim.')
})

test.each([
  `<p style="opacity:0" class="wow fadeInUp">${said}</p>`,
  `<p style="visibility: hidden; animation-name: none;" class="wow">${said}</p>`,
  `<div style="visibility:hidden" class="elementor-element animated-slow">${said}</div>`,
  `<div style="opacity:0" data-aos="fade-up">${said}</div>`,
  `<div style="opacity:0" data-w-id="8f1">${said}</div>`,
  `<div style="opacity:0" data-framer-appear-id="1a">${said}</div>`,
  `<div style="opacity:0;transform:translateY(20px)">${said}</div>`,
  `<div style="opacity:0;transition:opacity .3s">${said}</div>`,
  `<div style="max-height:0;overflow:hidden;transition:max-height .2s">${said}</div>`,
  `<div style="height:0">${said}</div>`,
  `<p style="color:#fff;background:#000">${said}</p>`,
  `<p style="background:#fff">${said}</p>`,
  `<p style="border-color:#fff;background:#fff;color:#333">${said}</p>`,
  `<p class="sr-only-off">${said}</p>`,
])('what comes into sight, or is in sight, is: %s', (html) => {
  expect(textOf(html)).toBe(said)
})

test('characters that turn or split words are in no title, no metadata and no text', () => {
  const { title, description, siteName } = extractPage(
    `<title>\u202eAuro\u200bra\u202c</title><meta name="description" content="Mol\u00addes \u2066de aço\u2069">
     <meta property="og:site_name" content="\u200fAurora"><p>x`,
    'https://www.aurora.com.br/',
  )
  expect([title, description, siteName]).toEqual(['Aurora', 'Moldes de aço', 'Aurora'])
})
