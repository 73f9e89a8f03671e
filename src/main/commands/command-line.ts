import { parseArgs } from 'node:util'

type Options = Record<string, { type: 'string' | 'boolean'; short?: string }>

type Values<Known extends Options> = {
  [Name in keyof Known]?: Known[Name]['type'] extends 'boolean' ? boolean : string
}

/**
 * Splits what stands behind a command into options and words; `problem` is a sentence on what is wrong, in Portuguese.
 * `--help` and `-h` are known to all, and win over what is wrong.
 */
export function parseCommandLine<const Known extends Options>(
  args: string[],
  known: Known,
): { values: Values<Known>; words: string[] } | { problem: string } | 'help' {
  const options: Options = { ...known, help: { type: 'boolean', short: 'h' } }
  // Not strict: its own errors are in English.
  const { values, positionals, tokens } = parseArgs({
    args,
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  if (values.help === true) return 'help'
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (!option) return { problem: `a opção ${token.rawName} não existe.` }
    const hasValue = token.value !== undefined && !(token.inlineValue === false && token.value.startsWith('--'))
    if (option.type === 'string' && !hasValue) return { problem: `${token.rawName} precisa de um valor.` }
    if (option.type === 'boolean' && hasValue) return { problem: `${token.rawName} não tem valor.` }
  }
  return { values: values as Values<Known>, words: positionals }
}
