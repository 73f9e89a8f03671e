import type { ProfileAnswer } from '../../../src/kinds/profile/model/ask-for-profile.ts'
import { rankPassages } from '../../../src/kinds/profile/model/passages.ts'
import { proveAnswer } from '../../../src/kinds/profile/proof/prove-answer.ts'
import { readSiteText } from '../../../src/kinds/profile/text/site-text.ts'
import { nothing, pageOf } from './pages-under-test.ts'

type Field = keyof ProfileAnswer
/** A field, a value for it, the page, and the quotes. */
export type Case = [field: Field, value: unknown, html: string, quotes: string | readonly string[]]

/**
 * What is kept of one value that a model gives with true quotes; undefined: nothing. `html` is the body of the page at
 * `path`, under the company's name, which is Aurora.
 */
export async function kept(
  field: Field,
  value: unknown,
  html: string,
  quotes: string | readonly string[],
  path = '/',
): Promise<unknown> {
  const site = await readSiteText([pageOf(path, `<title>Aurora</title><h1>Aurora</h1><p>${html}`)])
  const evidence = [quotes].flat().map((quote) => ({ passage: 1, quote }))
  const said = field === 'offerings' ? { name: value, kind: null, description: null, evidence } : { value, evidence }
  const answer = {
    ...nothing,
    // What "we" is called.
    name: { value: 'Aurora', evidence: [{ passage: 1, quote: 'Aurora' }] },
    [field]: Array.isArray(nothing[field]) ? [said] : said,
  } as ProfileAnswer
  const proven = (await proveAnswer(answer, { passages: await rankPassages(site), site }))[field]
  const one = Array.isArray(proven) ? proven[0] : proven
  if (one && one.places.length === 0) throw new Error(`${field} is kept without evidence`)
  return one?.value
}
