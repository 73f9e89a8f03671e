import { z } from '@hono/zod-openapi'

const reason = 'deve ser um número inteiro de 1 a 200'

/** How many of a list a page has. */
export const pageLimit = (usual: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/, reason)
    .transform(Number)
    .pipe(z.number().min(1, reason).max(200, reason))
    .default(usual)
    .openapi({ type: 'integer', minimum: 1, maximum: 200, description: 'How many a page has' })
