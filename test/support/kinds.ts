import { z } from 'zod'
import { defineKind, type Handler, type Kind } from '../../src/kinds/define-kind.ts'

type Input = { n: number }

/** A kind for tests of the queue and the worker, whose handler the test gives. Its subject is `n`. */
export const testKind = (
  handler: Handler<Input> = async ({ n }) => ({ result: { n } }),
  options: Partial<Kind<Input>> = {},
): Kind<Input> =>
  defineKind<Input>({
    name: 'test',
    path: '/test',
    summary: 'A kind for tests',
    input: z.strictObject({ n: z.number() }),
    example: { n: 1 },
    subject: ({ n }) => String(n),
    maxAttempts: 3,
    timeoutSeconds: 30,
    loadHandler: async () => handler,
    ...options,
  })
