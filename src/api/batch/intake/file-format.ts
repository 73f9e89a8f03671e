import { batchFormat } from './batch-format.ts'

/** What a form's file may be; an `array` is the items of a JSON body without what stands around them. */
export type FileFormat = 'csv' | 'ndjson' | 'json' | 'array'

/**
 * What a form's file is. People call JSON lines `.json`, and programs send any file as `text/plain`, so what it begins with
 * counts for more than what it is called: no header of a CSV begins with a bracket.
 * @param begin its first line at least, if that is not too long for one
 */
export function fileFormat({
  fileName,
  mediaType,
  begin,
}: {
  fileName: string
  mediaType: string
  begin: string
}): FileFormat {
  const named = batchFormat(mediaType)
  if (named === 'ndjson' || /\.(ndjson|jsonl)$/i.test(fileName)) return 'ndjson'
  const isNamedJson = named === 'json' || /\.json$/i.test(fileName)
  const text = begin.replace(/^\ufeff/, '').trimStart()
  if (text.startsWith('[')) return 'array'
  if (!text.startsWith('{')) return isNamedJson ? 'json' : 'csv'
  const [line = '', ...others] = text.split('\n')
  const isAlone = others.every((other) => other.trim() === '')
  return isItem(line) && !(isAlone && isNamedJson) ? 'ndjson' : 'json'
}

/** Whether a line is the whole of an item, rather than the beginning of a body that has a list of them. */
function isItem(line: string): boolean {
  try {
    return !('items' in JSON.parse(line))
  } catch {
    return false
  }
}
