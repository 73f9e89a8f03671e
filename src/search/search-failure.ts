import { Failure, type FailureCode } from '../errors.ts'

const MESSAGE_LIMIT_CHARACTERS = 200

const noCredits = /\b(credits?|balance|quota)\b/i
const wrongKey = /\bapi[ _-]?key\b|\bunauthori[sz]ed\b|\b(invalid|missing|expired) (access |auth )?token\b/i

/**
 * What a provider's refusal means, by its status (of HTTP, or as it stands in the body) and its words. Words count where
 * a status says too little: providers answer 400 to an empty account and to a wrong key as well as to a bad query.
 *
 * @param key is blotted out of the message, which providers are known to repeat it in
 */
export function searchFailure(
  status: number,
  { message, retryAfterMs, key }: { message: string | undefined; retryAfterMs?: number | undefined; key?: string },
): Failure {
  const said = (key ? message?.replaceAll(key, '…') : message)?.trim().slice(0, MESSAGE_LIMIT_CHARACTERS)
  const detail = `It said ${status}${said ? `: ${said.replace(/\.+$/, '')}` : ''}.`
  return new Failure(codeOf(status, said ?? ''), detail, retryAfterMs === undefined ? {} : { retryAfterMs })
}

function codeOf(status: number, said: string): FailureCode {
  if (status === 402) return 'SEARCH_NO_CREDITS'
  if (status === 429) return 'SEARCH_RATE_LIMITED'
  if (status >= 500 && status <= 599) return 'SEARCH_UNAVAILABLE'
  if (noCredits.test(said)) return 'SEARCH_NO_CREDITS'
  if (status === 401 || status === 403 || wrongKey.test(said)) {
    return 'SEARCH_KEY_REJECTED'
  }
  return status === 400 || status === 422 ? 'SEARCH_REFUSED' : 'SEARCH_UNAVAILABLE'
}

/** An answer that is none: a provider's failure, and not "nothing found". */
export const unknownForm = (): Failure => new Failure('SEARCH_UNAVAILABLE', 'Its answer was not in a known form.')
