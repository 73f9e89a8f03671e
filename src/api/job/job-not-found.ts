import type { Context } from 'hono'
import { problem } from '../problem.ts'

export const isUuid = (id: string): boolean => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(id)

/** The answer for an id that is no job's, or not one that the caller may see. */
export const jobNotFound = (c: Context, id: string): Response =>
  problem(
    c,
    'JOB_NOT_FOUND',
    `Não há job com o id "${id.slice(0, 60).toWellFormed()}". Confira o job_id da resposta 202.`,
  )
