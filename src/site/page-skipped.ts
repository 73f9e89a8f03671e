import { Failure } from '../errors.ts'

/** A page that was tried and is no news: not a failure. */
export class PageSkipped extends Error {
  readonly code: 'DUPLICATE' | 'OFF_SITE'
  constructor(code: PageSkipped['code'], detail: string) {
    super(detail)
    this.code = code
  }
}

/** Why a page is not among those that were read. Of what was not foreseen no more than its name is shown. */
export function whySkipped(error: unknown): { code: string; detail: string } {
  if (error instanceof Failure || error instanceof PageSkipped) return { code: error.code, detail: error.message }
  return { code: 'INTERNAL', detail: `Reading the page failed (${error instanceof Error ? error.name : 'unknown'}).` }
}
