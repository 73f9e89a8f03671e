const isBoundary = (byte: number) => byte <= 0x20 || byte === 0x3c || byte === 0x3e

/**
 * A page's bytes up to the last white space or angle bracket: where a page was cut in the middle of a word, half of an
 * e-mail address is another e-mail address, and half of a letter makes the whole look as if it were in another charset.
 */
export function wholeWords(body: Uint8Array): Uint8Array {
  const last = body.findLastIndex(isBoundary)
  return last === -1 ? body : body.subarray(0, last + 1)
}
