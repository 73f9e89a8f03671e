import type { Context } from 'hono'
import { problem } from '../problem.ts'

/** The answer for an id that is no batch's, or not one that the caller may see. */
export const batchNotFound = (c: Context, id: string): Response =>
  problem(
    c,
    'BATCH_NOT_FOUND',
    `Não há lote com o id "${id.slice(0, 60).toWellFormed()}". Confira o batch_id da resposta 202.`,
  )
