import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readWorld } from '../../../eval/read-world.ts'
import { decodeHtml } from '../../../src/extract/decode-html.ts'
import { findFoundingYear } from '../../../src/kinds/profile/extractive/founding-year.ts'
import type { ProfileAnswer } from '../../../src/kinds/profile/model/ask-for-profile.ts'
import { rankPassages } from '../../../src/kinds/profile/model/passages.ts'
import { proveAnswer } from '../../../src/kinds/profile/proof/prove-answer.ts'
import { readSiteText } from '../../../src/kinds/profile/text/site-text.ts'
import type { StoredPage } from '../../../src/kinds/stored-pages.ts'
import { type HonestValue, ofTheWorld, written } from './honest-answers.ts'
import { nothing, pageOf } from './pages-under-test.ts'

const world = readWorld(fileURLToPath(new URL('../../../eval/world', import.meta.url)))

/** The values that are dropped of an answer that is true, each asked for alone, beside the company's name. */
async function lost(pages: readonly StoredPage[], values: readonly HonestValue[]): Promise<string[]> {
  const site = await readSiteText(pages)
  const passages = await rankPassages(site)
  const { name } = answerOf(values.find(([field]) => field === 'name')!)
  const missing: string[] = []
  for (const honest of values) {
    const [field, value] = honest
    const proven = await proveAnswer(
      { ...answerOf(honest), name: field === 'name' ? answerOf(honest).name : name },
      { passages, site },
    )
    // What code finds by itself goes before the model's.
    const found = field === 'year_founded' ? await findFoundingYear(site, 2026, { names: [String(name?.value)] }) : null
    const got = [found ?? proven[field]].flat().map((each) => each?.value)
    if (!got.includes(value)) missing.push(`${field}: ${value}`)
  }
  return missing
}

function answerOf([field, value, quotes]: HonestValue): ProfileAnswer {
  const evidence = [quotes].flat().map((quote) => ({ passage: 1, quote }))
  const said = field === 'offerings' ? { name: value, kind: null, description: null, evidence } : { value, evidence }
  return { ...nothing, [field]: Array.isArray(nothing[field]) ? [said] : said } as ProfileAnswer
}

function pagesOf(name: string): StoredPage[] {
  const files = [...world.sites.get(name)!].filter(([path]) => /\.html?$/.test(path))
  const home = ([path]: readonly [string, unknown]) => (/^\/index\.html?$/.test(path) ? 0 : 1)
  return files
    .sort((one, other) => home(one) - home(other))
    .map(([path, body]) =>
      pageOf(path.replace(/index\.html?$/, ''), decodeHtml(body, 'text/html').html, `http://www.${name}.test`),
    )
}

/** True, and not kept. What is added here is lost to every caller: say why. */
const knownToBeLost: Record<string, readonly string[]> = {
  // Since when it is at its place, or has its owner, need not be since when it is.
  odontobrisavela: ['year_founded: 2009'],
  colegioarrebol: ['year_founded: 1983'],
  // The site has the verb, "são entregues", and a noun made of it may say something else.
  floriculturajasminela: ['differentiators: Entrega no mesmo dia'],
  // Neither staff nor units nor capacity.
  biovalle: ['size_claimed: Mais de 900 exames'],
}

const sites = [
  ...Object.entries(ofTheWorld).map(([name, values]) => ({ name, pages: () => pagesOf(name), values })),
  ...written.map(({ name, pages, values }) => ({
    name,
    pages: () => Object.entries(pages).map(([path, html]) => pageOf(path, html, `https://www.${name}.test`)),
    values,
  })),
]

test.each(sites)('of an honest model every value is kept: $name', async ({ name, pages, values }) => {
  expect(await lost(pages(), values)).toEqual(knownToBeLost[name] ?? [])
})

test('no more than one true value in twenty is lost', () => {
  const all = sites.reduce((sum, { values }) => sum + values.length, 0)
  expect(all).toBeGreaterThan(120)
  expect(Object.values(knownToBeLost).flat().length / all).toBeLessThanOrEqual(0.05)
})
