import { z } from 'zod'

export type JsonSchema = { [key: string]: unknown }

/**
 * What every structured-output engine takes. The rest (lengths, patterns, formats, defaults) differs from one to the
 * next, or is refused by OpenAI's strict mode; zod checks it in the answer anyway.
 */
const portableKeys = new Set([
  'type',
  'description',
  'enum',
  'const',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  '$ref',
])

/**
 * The JSON schema of a zod object as strict structured output wants it: nothing but the listed keys, every key
 * required, and what zod calls optional (or gives a default) nullable instead. `parseAnswer` undoes the last.
 * Built from what zod takes in, so transforms may follow.
 *
 * @throws Error for what the strict subset cannot say: records, tuples, `unknown`, a root that is no object.
 */
export function strictJsonSchema(schema: z.ZodType): JsonSchema {
  const { $defs, ...root } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
  if (root.type !== 'object') throw new Error('The root of an LLM answer schema must be an object.')
  const defs = $defs ? { $defs: mapValues($defs as Record<string, JsonSchema>, strict) } : {}
  return { ...strict(root), ...defs }
}

function strict(node: JsonSchema): JsonSchema {
  if (Array.isArray(node.type)) return strict(typesApart(node, node.type))
  const kept: JsonSchema = Object.fromEntries(Object.entries(node).filter(([key]) => portableKeys.has(key)))
  const branches = (node.anyOf ?? node.oneOf) as JsonSchema[] | undefined
  if (branches) return { ...kept, anyOf: branches.map(strict) }
  if (node.type === 'object' && node.properties) return { ...kept, ...strictObject(node) }
  if (node.type === 'array' && node.items) return { ...kept, items: strict(node.items as JsonSchema) }
  if (node.type === 'integer') return withoutSafeIntegerBounds(kept)
  if (
    node.type === 'object' ||
    node.type === 'array' ||
    !['type', 'enum', 'const', '$ref'].some((key) => key in node)
  ) {
    throw new Error(`An LLM answer schema cannot hold ${JSON.stringify(node)}.`)
  }
  return kept
}

function strictObject(node: JsonSchema): JsonSchema {
  const required = new Set((node.required as string[] | undefined) ?? [])
  const properties = Object.entries(node.properties as Record<string, JsonSchema>).map(([key, value]) => {
    const property = strict(value)
    return [
      key,
      required.has(key) || allowsNull(property) ? property : { anyOf: [property, { type: 'null' }] },
    ] as const
  })
  return {
    properties: Object.fromEntries(properties),
    required: properties.map(([key]) => key),
    additionalProperties: false,
  }
}

/** `type: ['string', 'null']` as alternatives: some servers want `type` to be one string. */
function typesApart({ type: _, description, ...rest }: JsonSchema, types: string[]): JsonSchema {
  const anyOf = types.map((type) => (type === 'null' ? { type } : { ...rest, type }))
  return description === undefined ? { anyOf } : { description, anyOf }
}

const allowsNull = (node: JsonSchema): boolean =>
  node.type === 'null' ||
  ((node.enum as unknown[] | undefined)?.includes(null) ?? false) ||
  ((node.anyOf as JsonSchema[] | undefined)?.some(allowsNull) ?? false)

/** zod bounds every integer by 2^53, which grammar engines spell out digit by digit. */
function withoutSafeIntegerBounds(node: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(node).filter(([, value]) => Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER),
  )
}

const mapValues = <A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
