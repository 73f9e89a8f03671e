import { Failure } from '../errors.ts'

/**
 * Why a running job is stopped from outside, as the reason of its abort signal.
 *
 * - `lost`: it is no longer this worker's (cancelled, or taken after a stall); nothing may be written.
 * - `hand_back`: the worker shuts down, or could not show that it lives; the job goes back as if never claimed.
 */
export class Stopped extends Error {
  override readonly name = 'Stopped'
  readonly consequence: 'lost' | 'hand_back'

  constructor(consequence: 'lost' | 'hand_back', message: string) {
    super(message)
    this.consequence = consequence
  }
}

/** The reason of the abort signal of a job that ran too long. */
export const timedOut = (timeoutSeconds: number) => new Failure('TIMEOUT', `It was stopped after ${timeoutSeconds} s.`)
