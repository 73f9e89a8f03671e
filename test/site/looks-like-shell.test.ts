import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { extractPage } from '../../src/extract/extract-page.ts'
import { looksLikeShell } from '../../src/site/looks-like-shell.ts'

const isShell = (html: string) => looksLikeShell(html, extractPage(html, 'http://shop.test/'))
const words = (count: number) => 'palavra '.repeat(count)
const bundle = '<script type="module" src="/assets/index.js"></script>'
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')

describe('a shell is', () => {
  it.each([
    ['an empty root and its bundle', `<title>Loja</title><div id="root"></div>${bundle}`],
    ['one in single quotes, with a comment in it', `<div class='a' id='app'> <!--ssr--> </div>${bundle}`],
    ['one without quotes', `<div id=__next></div>${bundle}`],
    ['an element of its own', `<app-root></app-root>${bundle}`],
    ['one with a notice on cookies', `<div id="app"></div><p>${words(40)}</p>${bundle}`],
    ['a page that asks for JavaScript', `<noscript>Ative o JavaScript.</noscript><div id="x"></div>${bundle}`],
    ['little text and a long script', `<p>Carregando…</p><script>${'f();'.repeat(1_000)}</script>`],
    [
      'little text and many scripts',
      '<p>Loja</p><script src="a.js"></script><script src="b.js"></script><script src=c></script>',
    ],
    ['a page that a script leads on from', '<script>window.location.href = "/inicio"</script>'],
    ['a page of a single-page application', fixture('shell.html')],
  ])('%s', (_, html) => expect(isShell(html)).toBe(true))
})

describe('a shell is not', () => {
  it.each([
    ['a page of words, however many its scripts', `<p>${words(200)}</p><div id="root"></div>${bundle.repeat(20)}`],
    ['a root that is filled', `<div id="root"><p>${words(30)}</p></div>${bundle}`],
    ['a short page without scripts', '<h1>Em construção</h1>'],
    ['a short page with a counter', '<h1>Em construção</h1><script src="counter.js"></script>'],
    [
      'a frameset',
      '<frameset><frame src="a.htm"></frameset><noframes>JavaScript</noframes><script src="a.js"></script>',
    ],
    ['a page whose words stand in an iframe', `<iframe src="/corpo"></iframe>${bundle.repeat(3)}`],
    ['a page with only data in its scripts', `<p>Oi</p><script type="application/ld+json">${words(2_000)}</script>`],
    [
      'a noscript for a tracking pixel',
      '<p>Oi</p><noscript><img src="pixel.gif"></noscript><script src="a.js"></script>',
    ],
    ['nothing', ''],
  ])('%s', (_, html) => expect(isShell(html)).toBe(false))
})

it.each([
  ['<div id="root" ', 200_000],
  ['<script>', 300_000],
  ['<noscript>', 300_000],
  ['<div', 1_000_000],
  ['<app-root>          ', 200_000],
])('megabytes of %j are judged in no time', (piece, count) => {
  const html = `<script>0</script>${piece.repeat(count)}`
  const started = performance.now()
  looksLikeShell(html, { text: '', frames: [] })
  expect(performance.now() - started).toBeLessThan(3_000)
})
