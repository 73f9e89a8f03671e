import { z } from 'zod'
import { readResults } from './read-result.ts'
import type { SearchResult } from './search-provider.ts'

// Deliberately lenient: the documented shape, the flat one some answers have, and nothing that one odd field
// could break.
const maybeNumber = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
  .optional()
  .catch(undefined)
// A refund is none of a search's business.
const maybeCharge = maybeNumber.pipe(z.number().nonnegative().optional()).catch(undefined)
const maybeText = z.string().optional().catch(undefined)

const item = z.object({
  search_params: z.object({ q: maybeText }).optional().catch(undefined),
  results: z.array(z.unknown()).optional().catch(undefined),
  credits: maybeCharge,
  credits_used: maybeCharge,
})
type Item = z.infer<typeof item>

const body = z.object({
  code: maybeNumber,
  msg: maybeText,
  data: z.unknown().optional(),
  results: z.unknown().optional(),
  credits: maybeCharge,
  credits_used: maybeCharge,
})

/** The envelope of an answer, whatever its HTTP status; undefined if it is not a JSON object. */
export type SerpshotEnvelope = { code: number | undefined; message: string | undefined; body: unknown }

export function parseEnvelope(json: unknown): SerpshotEnvelope | undefined {
  const parsed = body.safeParse(json)
  return parsed.success ? { code: parsed.data.code, message: parsed.data.msg, body: parsed.data } : undefined
}

/**
 * The results of a successful answer, one list per query in the order of `queries`, null for one that was left out.
 * Undefined if the answer holds no results at all in any known place, which is a provider's failure and not "nothing
 * found".
 */
export function readAnswer(
  envelope: SerpshotEnvelope,
  queries: readonly string[],
): { results: (SearchResult[] | null)[]; credits: number } | undefined {
  const answer = envelope.body as z.infer<typeof body>
  const items = itemsOf(answer)
  if (!items) return undefined
  const charged = items.map((each) => each.credits ?? each.credits_used)
  const credits = charged.some((each) => each !== undefined)
    ? charged.reduce<number>((sum, each) => sum + (each ?? 0), 0)
    : (answer.credits ?? answer.credits_used ?? 0)
  const results = inOrderOf(queries, items).map((each) => (each?.results ? readResults(each.results, pick) : null))
  return { results, credits }
}

/** `data` is a list, or one object when there was one query; some answers put its fields at the top instead. */
function itemsOf(answer: z.infer<typeof body>): Item[] | undefined {
  const raw = Array.isArray(answer.data) ? answer.data : [answer.data ?? answer]
  const items = raw.map((each): Item => item.safeParse(each).data ?? {})
  return items.length > 0 && items.every((each) => !each.results) ? undefined : items
}

/** The list may be shorter than the queries: an item goes to the query it names, or else to the next one still free. */
function inOrderOf(queries: readonly string[], items: Item[]): (Item | undefined)[] {
  const slots = new Array<Item | undefined>(queries.length).fill(undefined)
  const unnamed = items.filter((each) => {
    const asked = sameQuery(each.search_params?.q)
    const slot = queries.findIndex((query, index) => !slots[index] && asked !== undefined && sameQuery(query) === asked)
    if (slot >= 0) slots[slot] = each
    return slot < 0
  })
  for (const each of unnamed) {
    const free = slots.indexOf(undefined)
    if (free >= 0) slots[free] = each
  }
  return slots
}

const sameQuery = (query: string | undefined) => query?.trim().replace(/\s+/g, ' ').toLowerCase()

const pick = ({ link, title, snippet, position }: Record<string, unknown>) => ({ url: link, title, snippet, position })
