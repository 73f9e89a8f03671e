/** Adds up how long each stage of a job took, in milliseconds. */
export function stopwatch() {
  const spent: Record<string, number> = {}
  return {
    async of<T>(stage: string, work: Promise<T>): Promise<T> {
      const started = performance.now()
      return work.finally(() => {
        spent[stage] = Math.round((spent[stage] ?? 0) + performance.now() - started)
      })
    },
    durations: () => spent,
  }
}
