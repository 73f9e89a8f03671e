import { expect, test } from 'vitest'
import { confidenceOf } from '../../../src/kinds/profile/confidence.ts'

const least = { pages: 1, isFoundByCode: false, doSourcesAgree: false, isContested: false }

test.each([
  [{}, 0.5],
  [{ pages: 2 }, 0.65],
  [{ pages: 12 }, 0.75],
  [{ isFoundByCode: true }, 0.7],
  [{ isFoundByCode: true, doSourcesAgree: true }, 0.8],
  [{ isContested: true }, 0.3],
  [{ pages: 3, isFoundByCode: true, doSourcesAgree: true }, 0.99],
  [{ pages: 3, isFoundByCode: true, doSourcesAgree: true, isContested: true }, 0.63],
])('pages, code and agreement raise a confidence, a contradiction lowers it: %o is %d', (support, confidence) => {
  expect(confidenceOf({ ...least, ...support })).toBe(confidence)
})
