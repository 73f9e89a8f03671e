import { jsonrepair } from 'jsonrepair'
import { z } from 'zod'

export type ParsedAnswer<T> = { value: T } | { problem: string }

/**
 * A model's answer as the value it was asked for: reasoning and prose around the object are cut away, broken JSON is
 * repaired, `null` counts as absent where zod allows a key to be absent, and zod has the last word. `problem` is
 * written for the model to read.
 */
export function parseAnswer<T>(schema: z.ZodType<T>, answer: string): ParsedAnswer<T> {
  const object = readObject(withoutReasoning(answer))
  if (object === undefined) return { problem: 'The answer holds no JSON object.' }
  const first = schema.safeParse(object)
  if (first.success) return { value: first.data }
  // Only now, since a null that zod accepts is to stay.
  if (dropNulls(object, first.error.issues)) {
    const second = schema.safeParse(object)
    if (second.success) return { value: second.data }
  }
  return { problem: z.prettifyError(first.error).slice(0, 2_000) }
}

/**
 * Reasoning models think aloud first; some chat templates open the tag themselves, so that only its end is in the
 * answer. An answer that starts with the object is left alone, whatever its strings say.
 */
export function withoutReasoning(answer: string): string {
  const text = answer.trim()
  if (text.startsWith('{')) return text
  const end = text.indexOf('</think>')
  if (end >= 0) return text.slice(end + '</think>'.length)
  return text.startsWith('<think>') ? '' : text
}

function readObject(text: string): unknown {
  const start = text.indexOf('{')
  if (start < 0) return undefined
  const open = text.slice(start)
  const closed = open.slice(0, open.lastIndexOf('}') + 1)
  // As it stands; then repaired with all that follows, which may be the rest of a cut object; then without the prose
  // after it, which jsonrepair cannot read.
  const readings = [() => JSON.parse(closed), () => JSON.parse(jsonrepair(open)), () => JSON.parse(jsonrepair(closed))]
  for (const read of readings) {
    try {
      const value = read()
      // With prose after the object, jsonrepair makes a list of the two.
      if (!Array.isArray(value)) return value
    } catch {}
  }
  return undefined
}

/** Deletes the nulls that zod complained about from the objects they stand in; says whether there were any. */
function dropNulls(root: unknown, issues: readonly z.core.$ZodIssue[]): boolean {
  let dropped = false
  for (const path of pathsOf(issues, [])) {
    const key = path.at(-1)
    const parent = path.slice(0, -1).reduce<unknown>((node, step) => (isObject(node) ? node[step] : undefined), root)
    if (key === undefined || !isObject(parent) || Array.isArray(parent) || parent[key] !== null) continue
    delete parent[key]
    dropped = true
  }
  return dropped
}

const isObject = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === 'object' && value !== null

/** A union's issues are nested, with paths from where the union stands. */
function pathsOf(issues: readonly z.core.$ZodIssue[], above: PropertyKey[]): PropertyKey[][] {
  return issues.flatMap((issue) => {
    const path = [...above, ...issue.path]
    return [path, ...(issue.code === 'invalid_union' ? issue.errors.flatMap((branch) => pathsOf(branch, path)) : [])]
  })
}
