import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import { BatchRefused } from './batch-refused.ts'

/** What a form brought: its one file, and what its fields say. */
export type UploadedForm = {
  /** Its bytes; each is let go as it is read. */
  file(): AsyncGenerator<Uint8Array>
  /** How it begins; to be asked for before it is read. */
  fileBegin(bytes: number): Buffer
  /** SHA-256 of the file and the fields, in hex: each client draws a boundary of its own between them, anew each time. */
  hash: string
  fileName: string
  mediaType: string
  fields: Record<string, string>
}

const mostFields = 20
const mostFieldBytes = 64 * 1024

/**
 * Reads a form (RFC 7578), as browsers and n8n send a file. Fields may come behind the file, so it is kept until the form
 * is whole.
 * @param contentType the header, which has the boundary
 * @throws BatchRefused when it is no such form, has no file or more than one, or a field twice
 */
export async function readForm(pieces: AsyncIterable<Uint8Array>, contentType: string): Promise<UploadedForm> {
  const kept: Buffer[] = []
  const fileHash = createHash('sha256')
  const files: { fileName: string; mediaType: string }[] = []
  const fields: Record<string, string> = Object.create(null)
  const form = openForm(contentType)
  let failure: unknown
  form.on('error', (error: unknown) => {
    failure ??= error
  })
  form.on('file', (_name: string, stream: Readable, fileName: string, _encoding: string, mediaType: string) => {
    // A form's file field that was left empty has neither a name nor a byte.
    const isFirst = files.length === 0
    if (fileName) files.push({ fileName, mediaType })
    stream.on('data', (bytes: Buffer) => {
      if (!isFirst || !fileName) return
      kept.push(bytes)
      fileHash.update(bytes)
    })
    stream.on('error', (error: unknown) => {
      failure ??= error
    })
  })
  form.on('field', (name: string, value: string) => {
    if (name in fields) failure ??= new BatchRefused('FIELD_INVALID', `${shown(name)}: veio mais de uma vez.`)
    fields[name] = value
  })
  const finished = new Promise((resolve) => form.once('finish', resolve))
  for await (const piece of pieces) {
    if (failure) break
    await new Promise<void>((resolve) => form.write(piece, () => resolve()))
  }
  if (!failure) {
    form.end()
    await Promise.race([finished, new Promise((resolve) => form.once('error', resolve))])
  }
  if (failure instanceof BatchRefused) throw failure
  if (failure) throw notAForm()
  const [file, another] = files
  if (!file) {
    const detail = 'O formulário não traz um arquivo. Envie a planilha em um campo de arquivo, como "file".'
    throw new BatchRefused('FIELD_INVALID', detail)
  }
  if (another)
    throw new BatchRefused('FIELD_INVALID', 'O formulário traz mais de um arquivo. Envie cada um como um lote.')
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
  const hash = createHash('sha256')
    .update(JSON.stringify([fileHash.digest('hex'), sorted]))
    .digest('hex')
  return { ...file, fields, hash, file: () => letGo(kept), fileBegin: (bytes) => beginOf(kept, bytes) }
}

/** Busboy has options of its own for too many parts; what is left out by them is left out silently, but for fields. */
function openForm(contentType: string) {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { fields: mostFields, fieldSize: mostFieldBytes },
    })
  } catch {
    throw notAForm()
  }
}

const notAForm = () =>
  new BatchRefused('FIELD_INVALID', 'O formulário (multipart/form-data) não pôde ser lido, ou não chegou inteiro.')

const shown = (name: string): string => name.slice(0, 60).toWellFormed()

async function* letGo(kept: Buffer[]): AsyncGenerator<Uint8Array> {
  kept.reverse()
  for (let bytes = kept.pop(); bytes; bytes = kept.pop()) yield bytes
}

function beginOf(kept: readonly Buffer[], bytes: number): Buffer {
  let length = 0
  const first = kept.findIndex((each) => {
    length += each.length
    return length >= bytes
  })
  return Buffer.concat(first < 0 ? kept : kept.slice(0, first + 1)).subarray(0, bytes)
}
