/** What one upload may hold. */
export type BatchLimits = {
  /** Lines with something in them. */
  lines: number
  /** Of the whole body. */
  bytes: number
  /** Of one line, or one item. */
  lineBytes: number
  /** An upload that sends nothing for so long is given up, since others wait for its place. */
  idleMs: number
}

export const usualLimits: BatchLimits = {
  lines: 100_000,
  bytes: 64 * 1024 * 1024,
  lineBytes: 1024 * 1024,
  idleMs: 20_000,
}
