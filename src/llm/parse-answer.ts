import { isDeepStrictEqual } from 'node:util'
import { jsonrepair } from 'jsonrepair'
import { z } from 'zod'

/** An answer with more than a few is no answer. */
const mostObjects = 10
/**
 * Only so many characters are repaired: more than any answer we ask for has. jsonrepair takes the square of the length for
 * some texts (200 ms for 48,000 characters), and nothing else happens in the process meanwhile.
 */
const mostRepairedCharacters = 64_000

export type ParsedAnswer<T> = { value: T } | { problem: string }

/**
 * A model's answer as the value it was asked for: reasoning and prose around the object are cut away, broken JSON is
 * repaired, `null` counts as absent where zod allows a key to be absent, and zod has the last word. Of several objects
 * one must fit, or all that fit be the same: which of two answers is meant, only the model can say. `problem` is written
 * for the model to read.
 */
export function parseAnswer<T>(schema: z.ZodType<T>, answer: string): ParsedAnswer<T> {
  const objects = readObjects(withoutReasoning(answer))
  if (objects.length === 0) return { problem: 'The answer holds no JSON object.' }
  const fits = objects.map((object) => readAs(schema, object))
  const values = fits.flatMap((each) => ('value' in each ? [each.value] : []))
  if (values.length > 0 && values.every((value) => isDeepStrictEqual(value, values[0]))) return { value: values[0]! }
  return values.length > 0 ? { problem: 'The answer holds more than one JSON object.' } : fits[0]!
}

function readAs<T>(schema: z.ZodType<T>, object: unknown): ParsedAnswer<T> {
  const first = schema.safeParse(object)
  if (first.success) return { value: first.data }
  // Only now, since a null that zod accepts is to stay.
  if (dropNulls(object, first.error.issues)) {
    const second = schema.safeParse(object)
    if (second.success) return { value: second.data }
  }
  return { problem: z.prettifyError(first.error).slice(0, 2_000) }
}

const beginsWithAnswer = /^[{["`]/

/**
 * Reasoning models think aloud first; some chat templates open the tag themselves, so that only its end is in the
 * answer. An answer that starts with the object, or a fence around it, is left alone, whatever its strings say.
 */
export function withoutReasoning(answer: string): string {
  let text = answer.trim()
  while (!beginsWithAnswer.test(text)) {
    const end = /<\/think(ing)?>/i.exec(text)
    if (!end) return /^<think(ing)?>/i.test(text) ? '' : text
    text = text.slice(end.index + end[0].length).trim()
  }
  return text
}

/** The objects of an answer: mostly one. Several stand in a list, one after the other, or with prose in between. */
function readObjects(text: string): unknown[] {
  const start = text.indexOf('{')
  if (start < 0) return []
  const open = text.slice(start)
  const closed = open.slice(0, open.lastIndexOf('}') + 1)
  // An object that is itself a string; as it stands; then repaired with all that follows, which may be the rest of a cut
  // object; then without the prose after it, which jsonrepair cannot read; then whatever else is whole.
  const readings = [
    () => (text.startsWith('"') ? JSON.parse(JSON.parse(text)) : undefined),
    () => JSON.parse(closed),
    () => readWhole(open),
    () => JSON.parse(repaired(open)),
    () => (closed === open ? undefined : JSON.parse(repaired(closed))),
  ]
  for (const read of readings) {
    try {
      const value = read()
      const values = Array.isArray(value) ? value : [value]
      // With prose after the object, jsonrepair makes a list of the two.
      if (values.length > 0 && values.every(isObject)) return values
    } catch {}
  }
  return []
}

function repaired(text: string): string {
  if (text.length > mostRepairedCharacters) throw new Error('Too long to repair.')
  return jsonrepair(text)
}

/** The objects that are JSON as they stand, with only prose in between; none if there is more than prose. */
function readWhole(text: string): unknown[] {
  const found: unknown[] = []
  let end = 0
  for (let start = text.indexOf('{'); start >= 0 && found.length < mostObjects; start = text.indexOf('{', end)) {
    const endOfThis = endOfObject(text, start)
    if (endOfThis === undefined) return []
    end = endOfThis
    found.push(JSON.parse(text.slice(start, end)))
  }
  // What follows with a quote in it is rather the rest of a broken object.
  return text.includes('"', end) ? [] : found
}

/** A string without an end goes to the end of the text, or each quote in it would be read as the start of another. */
const stringOrBrace = /"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|[{}]/gs

/** Where the object that begins here ends; undefined: nowhere. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0
  for (const { 0: token, index } of text.slice(start).matchAll(stringOrBrace)) {
    if (token === '{') depth += 1
    if (token === '}') depth -= 1
    if (depth === 0) return start + index + 1
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
