import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readWorld } from '../../../eval/read-world.ts'
import { decodeHtml } from '../../../src/extract/decode-html.ts'
import { companyProfile } from '../../../src/kinds/profile/company-profile.ts'
import { extractiveProfile } from '../../../src/kinds/profile/extractive/extractive-profile.ts'
import type { ProfileAnswer } from '../../../src/kinds/profile/model/ask-for-profile.ts'
import { mergeAnswers } from '../../../src/kinds/profile/model/merge-answers.ts'
import { rankPassages } from '../../../src/kinds/profile/model/passages.ts'
import { proveAnswer } from '../../../src/kinds/profile/proof/prove-answer.ts'
import { readSiteText } from '../../../src/kinds/profile/text/site-text.ts'
import type { StoredPage } from '../../../src/kinds/stored-pages.ts'
import { storableJson } from '../../../src/queue/storable.ts'
import { nothing, pageOf } from './pages-under-test.ts'

const world = readWorld(fileURLToPath(new URL('../../../eval/world', import.meta.url)))
const sites = [...world.sites].map(([name, files]) => ({
  name,
  pages: [...files]
    .filter(([path]) => /\.html?$/.test(path))
    .map(([path, body]) => pageOf(path, decodeHtml(body, 'text/html').html, `http://www.${name}.test`)),
}))

/** Everything the site says, put where it does not belong: what a model makes of it must still be a profile. */
function hostileAnswer(pages: readonly StoredPage[]): ProfileAnswer {
  const lines = pages.flatMap(({ text }) => text.split(/\n+/)).filter(Boolean)
  const odd = ['', ' ', '\u0000', '\ud800', 'x'.repeat(5_000), '\u202eaoruA', '…', ...lines.slice(0, 40)]
  const said = odd.map((value, at) => ({
    value,
    evidence:
      at % 5 === 4
        ? []
        : [
            { passage: at - 3, quote: value },
            { passage: Number.NaN, quote: lines[at] ?? '' },
          ],
  }))
  return {
    ...nothing,
    name: said.at(-1)!,
    description: { value: lines.join(' '), evidence: lines.slice(0, 30).map((quote) => ({ passage: 1.5, quote })) },
    sector: said[7] ?? null,
    business_model: { value: 'both', evidence: said[8]?.evidence ?? [] },
    offerings: said.map(({ value, evidence }) => ({ name: value, kind: 'product', description: value, evidence })),
    segments: said,
    differentiators: said,
    certifications: said,
    brands: said,
    clients: said,
    locations: said,
    year_founded: { value: 1987.5, evidence: [{ passage: 1, quote: 'Fundada em 1987' }] },
    size_claimed: said[9] ?? null,
  }
}

test.each(sites)(
  'what is stored of a site parses with its schema, whatever a model answers: $name',
  async ({ pages }) => {
    const site = await readSiteText(pages)
    const options = { cnpj: null, website: pages[0]!.url, language: 'pt-BR' }
    const extractive = await extractiveProfile(pages, site, options)
    const proven = await proveAnswer(hostileAnswer(pages), { passages: await rankPassages(site), site })
    const profile = { ...extractive, ...mergeAnswers([proven, proven], site, extractive), engine: 'llm' }
    for (const written of [extractive, profile]) {
      const stored = JSON.parse(storableJson(written))
      expect(companyProfile.parse(stored)).toEqual(stored)
    }
  },
)
