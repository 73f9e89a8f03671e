/** What an upload may come as. */
const mediaTypes = {
  json: /^application\/([\w.-]+\+)?json$/,
  ndjson: /^(application|text)\/(x-)?(ndjson|jsonl|jsonlines|json-lines)$/,
  csv: /^((text|application)\/(x-)?csv|text\/(comma|tab)-separated-values|application\/vnd\.ms-excel)$/,
  form: /^multipart\/form-data$/,
}

export type BatchFormat = keyof typeof mediaTypes

/** The format of a Content-Type header; undefined: none that is taken. */
export function batchFormat(contentType: string | undefined): BatchFormat | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? ''
  return (Object.keys(mediaTypes) as BatchFormat[]).find((format) => mediaTypes[format].test(type))
}
