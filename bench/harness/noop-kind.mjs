import { z } from 'zod'
import { defineKind } from '../../dist/kinds/define-kind.js'

/** A kind whose work is nothing, with an input that is parsed, a result and a subject, as every kind's jobs have. */
export const noopKind = ({ onJob = () => {}, resultOf = ({ n }) => ({ n }) } = {}) =>
  defineKind({
    name: 'noop',
    path: '/noop',
    summary: 'Does nothing, for the benchmark',
    input: z.strictObject({ n: z.number() }),
    example: { n: 1 },
    subject: ({ n }) => String(n),
    maxAttempts: 3,
    timeoutSeconds: 30,
    loadHandler:
      async () =>
      async (input, { jobId }) => {
        const result = resultOf(input)
        onJob(jobId)
        return { result }
      },
  })
