import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'

/** A file in an archive. Its parts are asked for one by one, as the archive is read. */
export type ZipEntry = { name: string; parts: AsyncIterable<string> | Iterable<string> }

const deflate = promisify(deflateRaw)
/** Each part is compressed by itself and ends on a whole byte; what follows it is a block of its own (RFC 1951, 3.2.4). */
const options = { finishFlush: constants.Z_SYNC_FLUSH, level: 4 }
/** An empty last block: it ends what the parts began. */
const lastBlock = Uint8Array.of(3, 0)

/** Sizes come behind the data (bit 3), names are UTF-8 (bit 11). */
const flags = 0x0808
const deflated = 8
const version = 20
/** The first day that the format knows, so that the same rows make the same file: 1980-01-01. */
const noDate = 0x0021
const mostBytes = 0xffff_ffff

type Written = { name: Buffer; crc: number; packedBytes: number; bytes: number; offset: number }

/**
 * A ZIP archive (PKWARE's APPNOTE 6.3), written while it is read: of the files no more than a part is in memory, and the
 * compression runs beside the event loop. Without ZIP64, which some readers of sheets do not know.
 * @throws Error when a file, or the archive, grows to 4 GiB: it is then broken off rather than wrong
 */
export async function* zip(entries: Iterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const written: Written[] = []
  let offset = 0
  const counted = (bytes: Uint8Array) => {
    offset += bytes.length
    return bytes
  }
  for (const { name, parts } of entries) {
    const entry: Written = { name: Buffer.from(name), crc: 0, packedBytes: 0, bytes: 0, offset }
    yield counted(localHeader(entry))
    for await (const part of parts) {
      const plain = Buffer.from(part)
      const packed = await deflate(plain, options)
      entry.crc = crc32(plain, entry.crc)
      entry.bytes += plain.length
      entry.packedBytes += packed.length
      if (entry.bytes > mostBytes || offset + packed.length > mostBytes) throw new Error(`${name} is larger than 4 GiB`)
      yield counted(packed)
    }
    entry.packedBytes += lastBlock.length
    yield counted(lastBlock)
    yield counted(dataDescriptor(entry))
    written.push(entry)
  }
  const start = offset
  for (const entry of written) yield counted(centralHeader(entry))
  yield endOfDirectory(written.length, offset - start, start)
}

function localHeader({ name }: Written): Uint8Array {
  return Buffer.concat([
    record(0x04034b50, [
      [version, flags, deflated, 0, noDate],
      [0, 0, 0],
      [name.length, 0],
    ]),
    name,
  ])
}

const dataDescriptor = ({ crc, packedBytes, bytes }: Written): Uint8Array =>
  record(0x08074b50, [[], [crc, packedBytes, bytes], []])

function centralHeader({ name, crc, packedBytes, bytes, offset }: Written): Uint8Array {
  const head = record(0x02014b50, [
    [version, version, flags, deflated, 0, noDate],
    [crc, packedBytes, bytes],
    [name.length, 0, 0, 0, 0],
  ])
  const attributesAndOffset = Buffer.alloc(8)
  attributesAndOffset.writeUInt32LE(offset, 4)
  return Buffer.concat([head, attributesAndOffset, name])
}

function endOfDirectory(count: number, bytes: number, offset: number): Uint8Array {
  return record(0x06054b50, [[0, 0, count, count], [bytes, offset], [0]])
}

/** A signature, then numbers of two, of four and of two bytes, little-endian. */
function record(signature: number, [before, wide, after]: [number[], number[], number[]]): Buffer {
  const bytes = Buffer.alloc(4 + 2 * (before.length + after.length) + 4 * wide.length)
  let at = bytes.writeUInt32LE(signature, 0)
  for (const number of before) at = bytes.writeUInt16LE(number, at)
  for (const number of wide) at = bytes.writeUInt32LE(number, at)
  for (const number of after) at = bytes.writeUInt16LE(number, at)
  return bytes
}
