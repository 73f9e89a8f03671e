import type { FieldError, ProblemCode } from '../../problem.ts'

/** An upload that is refused as a whole: nothing of it is stored. The message is the `detail` of the answer. */
export class BatchRefused extends Error {
  override readonly name = 'BatchRefused'
  readonly code: ProblemCode
  readonly errors: FieldError[] | undefined

  constructor(code: ProblemCode, detail: string, errors?: FieldError[]) {
    super(detail)
    this.code = code
    this.errors = errors
  }
}
