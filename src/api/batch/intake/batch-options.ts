import { isDeepStrictEqual } from 'node:util'
import { z } from '@hono/zod-openapi'
import type { CallbackHosts } from '../../../callback-hosts.ts'
import type { AnyKind } from '../../../kinds/define-kind.ts'
import { callbackUrl } from '../../request/callback-url.ts'
import { checkFields, sentenceOf } from '../../request/field-errors.ts'
import { BatchRefused } from './batch-refused.ts'

/** What an upload says besides its lines. */
export type BatchOptions = {
  kind?: string | undefined
  callback_url?: string | undefined
  defaults?: Record<string, unknown> | undefined
}

/** Options, and where they stand: the subject of a sentence. */
export type SaidOptions = { place: string; options: BatchOptions }

/**
 * What an upload says in more places than one, such as its address and its form.
 * @throws BatchRefused when two places say different things: none of them is more likely to be meant
 */
export function agreed(said: readonly SaidOptions[]): BatchOptions {
  const together: BatchOptions = {}
  for (const name of ['kind', 'callback_url', 'defaults'] as const) {
    const values = said.filter(({ options }) => options[name] !== undefined)
    const [first] = values
    if (!first) continue
    const other = values.find(({ options }) => !isDeepStrictEqual(options[name], first.options[name]))
    if (other) {
      const [one, two] = [first, other].map(({ place, options }) => `${place} diz ${JSON.stringify(options[name])}`)
      const reason = `${one}, e ${two}; deixe um só`
      throw new BatchRefused('FIELD_INVALID', `${name}: ${reason}.`, [{ field: name, reason }])
    }
    Object.assign(together, { [name]: first.options[name] })
  }
  return together
}

/** The options as a query, or fields of a form, say them: `defaults` as JSON text. */
export function textOptions(kinds: readonly AnyKind[], hosts: CallbackHosts) {
  const { kind, callback_url, defaults } = options(kinds, hosts)
  return z.strictObject({
    kind,
    callback_url,
    defaults: z
      .string()
      .transform((text, context): unknown => {
        const read = readJson(text)
        if (read !== undefined) return read
        context.addIssue({ code: 'custom', message: 'deve ser um objeto JSON, como {"uf":"PR"}' })
        return z.NEVER
      })
      .pipe(defaults)
      .optional()
      .openapi({
        type: 'string',
        example: '{"profile":false}',
        description: 'As of the JSON body, as JSON text, such as `{"profile":false}`.',
      }),
  })
}

/** The fields of a form. Its file comes as a file, under whatever name; as text it would be none. */
export function formOptions(kinds: readonly AnyKind[], hosts: CallbackHosts) {
  const file = z.undefined({ error: () => 'é o arquivo, e veio como texto; envie-o como arquivo' }).optional()
  return textOptions(kinds, hosts).extend({ file })
}

/** A JSON body: the options, and the items, which are checked one by one as each kind's own. */
export function jsonOptions(kinds: readonly AnyKind[], hosts: CallbackHosts) {
  const { kind, callback_url, defaults } = options(kinds, hosts)
  return z.strictObject({
    kind,
    callback_url,
    defaults: defaults.optional(),
    items: z.array(z.union(kinds.map(({ input }) => input)), {
      error: () => 'deve ser uma lista, como [{"cnpj": "…"}]',
    }),
  })
}

function options(kinds: readonly AnyKind[], hosts: CallbackHosts) {
  return {
    kind: z
      .enum(kinds.map(({ name }) => name) as [string, ...string[]])
      .optional()
      .openapi({ description: 'What is to be done with each line; `discovery` where nothing is said.' }),
    callback_url: callbackUrl(hosts).optional(),
    defaults: z
      .record(z.string(), z.unknown(), { error: () => 'deve ser um objeto, como {"uf": "PR"}' })
      .openapi({ description: 'Fields for every line that does not have them.', example: { profile: false } }),
  }
}

/**
 * Options as a schema made them.
 * @throws BatchRefused with a reason for each field that does not fit
 */
export function optionsFrom<Options>(schema: z.ZodType<Options>, given: unknown): Options {
  const checked = checkFields(schema, given)
  if ('fields' in checked) return checked.fields
  throw new BatchRefused('FIELD_INVALID', sentenceOf(checked.errors), checked.errors)
}

/** @throws BatchRefused when a default is not what the kind takes: each line would be invalid by it */
export function checkDefaults(kind: AnyKind, defaults: Record<string, unknown> | undefined): void {
  if (defaults === undefined || !(kind.input instanceof z.ZodObject)) return
  const checked = checkFields(z.strictObject(kind.input.shape).partial(), defaults)
  if ('fields' in checked) return
  const errors = checked.errors.map(({ field, reason }) => ({ field: `defaults.${field}`, reason }))
  throw new BatchRefused('FIELD_INVALID', sentenceOf(errors), errors)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
