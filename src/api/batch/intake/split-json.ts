import type { BatchLimits } from './batch-limits.ts'
import { BatchRefused } from './batch-refused.ts'
import { createSpool, type Spool } from './spool.ts'

/** What stands around the items names a kind and an address. */
const mostShellCharacters = 64 * 1024

/** A JSON body taken apart: `shell` is all of it, but that its items are gone, and `items` is each one's text. */
export type SplitJson = { shell: unknown; items: Spool<string> }

/**
 * Takes the items out of `{ …, "items": [ … ], … }`, as it comes, without ever holding all of it as objects; what stands
 * around them may come behind them. The items are not looked into: each must still be parsed.
 * @throws BatchRefused when what stands around the items is not JSON, or it is too much
 */
export async function splitJson(pieces: AsyncIterable<Uint8Array>, limits: BatchLimits): Promise<SplitJson> {
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  const splitter = createSplitter(limits)
  try {
    for await (const piece of pieces) splitter.write(utf8.decode(piece, { stream: true }))
    splitter.write(utf8.decode())
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new BatchRefused('BODY_NOT_JSON', 'O corpo não está em UTF-8. Salve ou envie o texto como UTF-8.')
  }
  return splitter.end()
}

function createSplitter({ lines, lineBytes }: BatchLimits) {
  const items = createSpool<string>()
  let count = 0
  let shell = ''
  let depth = 0
  let isInString = false
  let isEscaped = false
  let isInItems = false
  /** Of the outermost object: the last string, and the name that it turned out to be. */
  let lastString = ''
  let name = ''
  let item = ''

  const addToShell = (text: string) => {
    shell += text
    if (shell.length <= mostShellCharacters) return
    const detail =
      'O corpo tem texto demais fora de "items". Envie {"kind": "discovery", "items": [{"cnpj": "…"}, …]}, com a lista em "items".'
    throw new BatchRefused('BODY_TOO_LARGE', detail)
  }
  const addToItem = (text: string) => {
    item += text
    if (item.length > lineBytes) {
      const detail = `items[${count}]: um item pode ter no máximo ${lineBytes / 1024} KiB.`
      throw new BatchRefused('BODY_TOO_LARGE', detail)
    }
  }
  const closeItem = () => {
    items.add(item)
    item = ''
    count += 1
    if (count > lines) {
      const detail = `Um lote pode ter no máximo ${lines.toLocaleString('pt-BR')} itens. Divida-o em partes e envie cada uma como um lote.`
      throw new BatchRefused('BODY_TOO_LARGE', detail)
    }
  }
  const enterItems = () => {
    if (/"items"\s*:\s*\[\]/.test(shell)) throw new BatchRefused('FIELD_INVALID', 'items: veio mais de uma vez.')
    isInItems = true
  }
  const leaveItems = () => {
    if (count > 0 || item.trim() !== '') closeItem()
    isInItems = false
    addToShell(']')
  }

  return {
    write(text: string) {
      /** From here on it is not yet kept. */
      let from = 0
      const keep = (to: number) => {
        const kept = text.slice(from, to)
        from = to
        if (isInItems) addToItem(kept)
        else addToShell(kept)
      }
      for (let at = 0; at < text.length; at++) {
        const sign = text[at]
        if (isInString) {
          if (isEscaped) isEscaped = false
          else if (sign === '\\') isEscaped = true
          else if (sign === '"') isInString = false
          else if (depth === 1) lastString += sign
        } else if (sign === '"') {
          isInString = true
          if (depth === 1) lastString = ''
        } else if (sign === ':' && depth === 1) {
          name = lastString
        } else if (sign === '{' || sign === '[') {
          depth += 1
          if (depth === 2 && sign === '[' && name === 'items') {
            keep(at + 1)
            enterItems()
          }
        } else if (sign === '}' || sign === ']') {
          if (isInItems && depth === 2) {
            keep(at)
            from = at + 1
            if (sign === '}') throw notJson(`items[${count}]`)
            leaveItems()
          }
          depth -= 1
        } else if (sign === ',') {
          if (isInItems && depth === 2) {
            keep(at)
            from = at + 1
            closeItem()
          } else if (depth === 1) name = ''
        }
      }
      keep(text.length)
    },
    end(): SplitJson {
      if (isInItems) throw new BatchRefused('BODY_NOT_JSON', 'O corpo acaba dentro de "items"; falta o fim dele.')
      if (shell.trim() === '') throw new BatchRefused('BODY_NOT_JSON', 'O corpo veio vazio.')
      try {
        return { shell: JSON.parse(shell), items }
      } catch {
        throw notJson('o texto em volta de "items"')
      }
    },
  }
}

/** @param where as the subject of the sentence */
export const notJson = (where: string): BatchRefused =>
  new BatchRefused('BODY_NOT_JSON', `O corpo não pôde ser lido como JSON: ${where} não é JSON válido.`)
