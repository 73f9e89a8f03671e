import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import type { BatchLimits } from './batch-limits.ts'
import { BatchRefused } from './batch-refused.ts'

/** A body that comes piece by piece. */
export type Upload = {
  /** Its bytes; to be read once. */
  pieces(): AsyncGenerator<Uint8Array>
  /**
   * Reads and drops what is still to come, as far as it may. A client that is still sending when the connection closes
   * sees a broken connection instead of the answer. One that has stood still is waited for no more.
   */
  drop(): Promise<void>
  /**
   * SHA-256 of the query and of what was read, in hex.
   * @param content what was read comes to, where not all of its bytes count
   */
  hash(content?: string): string
}

/** So much more than is taken is read and dropped before the answer. */
const mostDroppedBytes = 8 * 1024 * 1024
/** A turn of the event loop has no more than this to work on. */
const pieceBytes = 64 * 1024

/** Reading throws BatchRefused when the body is too large, breaks off or stands still. */
export function openUpload(c: Context, limits: Pick<BatchLimits, 'bytes' | 'idleMs'>): Upload {
  const told = Number(c.req.header('content-length') ?? 0)
  const ofQuery = () => createHash('sha256').update(new URL(c.req.url).search)
  const hash = ofQuery()
  const reader = c.req.raw.body?.getReader()
  let bytes = 0
  let isOver = false
  const read = async (): Promise<Uint8Array | undefined> => {
    const part = await withinMs(limits.idleMs, reader?.read()).catch((error) => {
      isOver = true
      throw error
    })
    bytes += part?.value?.length ?? 0
    return part?.value
  }
  return {
    async *pieces() {
      if (told > limits.bytes) throw tooLarge(limits)
      for (let whole = await read(); whole; whole = await read()) {
        if (bytes > limits.bytes) throw tooLarge(limits)
        hash.update(whole)
        for (let from = 0; from < whole.length; from += pieceBytes) yield whole.subarray(from, from + pieceBytes)
      }
    },
    async drop() {
      const most = limits.bytes + mostDroppedBytes
      try {
        while (!isOver && told <= most && bytes <= most && (await read())) {}
      } catch {
        // Whoever is gone needs no answer.
      }
    },
    hash: (content) => (content === undefined ? hash : ofQuery().update(content)).digest('hex'),
  }
}

const tooLarge = ({ bytes }: Pick<BatchLimits, 'bytes'>) =>
  new BatchRefused(
    'BODY_TOO_LARGE',
    `O arquivo pode ter no máximo ${bytes / 1024 / 1024} MB. Divida-o em partes e envie cada uma como um lote.`,
  )

async function withinMs<T>(ms: number, reading: Promise<T> | undefined): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const idle = new Promise<never>((_resolve, reject) => {
    const detail = `Nada mais chegou do arquivo durante ${ms / 1000} s; nada foi gravado. Envie-o de novo.`
    timer = setTimeout(() => reject(new BatchRefused('REQUEST_TIMEOUT', detail)), ms)
  })
  try {
    return await Promise.race([reading, idle])
  } catch (error) {
    if (error instanceof BatchRefused) throw error
    throw new BatchRefused('REQUEST_MALFORMED', 'O arquivo não chegou inteiro; nada foi gravado. Envie-o de novo.')
  } finally {
    clearTimeout(timer)
  }
}
