import { z } from 'zod'
import { defineKind } from '../../dist/kinds/define-kind.js'

/** A kind whose jobs ask the model one question and keep nothing of the answer. */
export const questionKind = (ask = async () => {}) =>
  defineKind({
    name: 'question',
    path: '/question',
    summary: 'Asks a model, for the benchmark',
    input: z.strictObject({ n: z.number() }),
    example: { n: 1 },
    subject: ({ n }) => String(n),
    maxAttempts: 3,
    timeoutSeconds: 300,
    loadHandler: async () => async (input, context) => {
      await ask(context)
      return { result: input }
    },
  })
