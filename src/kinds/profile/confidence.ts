/** What speaks for a value. */
export type Support = {
  /** On how many pages it stands. */
  pages: number
  /** Code found it, by its form or in structured data, and not the model alone. */
  isFoundByCode: boolean
  /** It was found in two kinds of sources: text, a link, JSON-LD, metadata. */
  doSourcesAgree: boolean
  /** The site states something else as well. */
  isContested: boolean
}

const ofOnePage = 0.5
const ofTwoPages = 0.65
const ofMorePages = 0.75
const forCode = 0.2
const forAgreement = 0.1
const contested = 0.6
const most = 0.99

/**
 * How far a value is to be trusted, from 0 to 0.99: 0.5 for one page, 0.65 for two, 0.75 for more; 0.2 more if code
 * found it too, 0.1 more if two kinds of sources agree; six tenths of that if the site contradicts itself. What a model
 * says of its own certainty does not come into it. Pure.
 */
export function confidenceOf({ pages, isFoundByCode, doSourcesAgree, isContested }: Support): number {
  const byPages = pages >= 3 ? ofMorePages : pages === 2 ? ofTwoPages : ofOnePage
  const sum = byPages + (isFoundByCode ? forCode : 0) + (doSourcesAgree ? forAgreement : 0)
  return Math.round(Math.min(most, isContested ? sum * contested : sum) * 100) / 100
}
