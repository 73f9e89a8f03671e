/**
 * Every way a job can end badly, by its stable code. The code says what follows:
 *
 * - `retry`: try again later, which spends an attempt;
 * - `snooze`: try again later without spending one (nothing was wrong with the job);
 * - `give_up`: trying again would not help.
 *
 * The sentence is what a caller reads; docs/errors.md lists the same codes, and a test compares the two.
 */
export const failureCodes = {
  INTERNAL: {
    consequence: 'retry',
    sentence: 'Something unexpected went wrong inside Sonda; its log has the details.',
  },
  TIMEOUT: { consequence: 'retry', sentence: 'The job took longer than its kind allows.' },
  WORKER_LOST: {
    consequence: 'give_up',
    sentence: 'The worker process died while it ran this job, several times in a row.',
  },
  INPUT_INVALID: { consequence: 'give_up', sentence: "The job's input does not fit its kind." },

  REGISTRY_UNAVAILABLE: { consequence: 'retry', sentence: 'No CNPJ registry answered.' },
  SEARCH_UNAVAILABLE: { consequence: 'retry', sentence: 'The search provider did not answer.' },
  SEARCH_RATE_LIMITED: { consequence: 'snooze', sentence: 'The search provider asked us to wait.' },
  SEARCH_NO_CREDITS: { consequence: 'give_up', sentence: 'The search provider has no credits left on this key.' },
  SEARCH_KEY_REJECTED: { consequence: 'give_up', sentence: 'The search provider rejected the key.' },

  SITE_UNREACHABLE: { consequence: 'retry', sentence: 'The website did not answer.' },
  SITE_BLOCKED: {
    consequence: 'give_up',
    sentence: 'The address is not one Sonda may reach (only public http and https, ports 80 and 443).',
  },
  SITE_DISALLOWED: { consequence: 'give_up', sentence: "The website's robots.txt does not allow reading it." },
  SITE_REFUSED: { consequence: 'give_up', sentence: 'The website answered with an error.' },
  SITE_NOT_HTML: { consequence: 'give_up', sentence: 'The address does not hold a web page.' },
  SITE_TOO_LARGE: { consequence: 'give_up', sentence: 'The answer was larger than Sonda reads.' },
  SITE_TOO_MANY_REDIRECTS: { consequence: 'give_up', sentence: 'The website redirects too often.' },

  DISCOVERY_PENDING: { consequence: 'snooze', sentence: 'The discovery this profile waits for has not ended yet.' },
  NO_WEBSITE: {
    consequence: 'give_up',
    sentence: 'No website is known for this company; run a discovery (POST /v2/scrape) first or give a website.',
  },

  LLM_UNAVAILABLE: { consequence: 'retry', sentence: 'The LLM did not answer.' },
  LLM_RATE_LIMITED: { consequence: 'snooze', sentence: 'The LLM asked us to wait.' },
  LLM_BUSY: { consequence: 'snooze', sentence: 'No LLM slot was free in time.' },
  LLM_REJECTED: { consequence: 'give_up', sentence: 'The LLM rejected the request (key, model or quota).' },
  LLM_CONTEXT_EXCEEDED: { consequence: 'give_up', sentence: "The prompt does not fit the LLM's context." },
  LLM_ANSWER_INVALID: {
    consequence: 'retry',
    sentence: "The LLM's answer did not fit the schema, also after a repair.",
  },
} as const satisfies Record<string, { consequence: Consequence; sentence: string }>

export type Consequence = 'retry' | 'snooze' | 'give_up'
export type FailureCode = keyof typeof failureCodes

/**
 * A failure whose cause and consequence are known. Anything else that a handler throws is `INTERNAL`,
 * and its message is logged but never shown to a caller.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly consequence: Consequence
  /** How long to wait before the next try, when the other side said so (`Retry-After`). */
  readonly retryAfterMs: number | undefined

  constructor(code: FailureCode, detail?: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    const { sentence } = failureCodes[code]
    super(detail ? `${sentence} ${detail}` : sentence, { cause: options.cause })
    this.code = code
    this.consequence = failureCodes[code].consequence
    this.retryAfterMs = options.retryAfterMs
  }
}

/** The code of a failure, or `INTERNAL` for anything else that was thrown. */
export const failureCodeOf = (error: unknown): FailureCode => (error instanceof Failure ? error.code : 'INTERNAL')
