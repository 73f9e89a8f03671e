/** Shares an answer among all who ask within `ms` of the call that brought it. A call that fails is not kept. */
export function cachedFor<Answer>(ms: number, call: () => Promise<Answer>): () => Promise<Answer> {
  let kept: { answer: Promise<Answer>; atMs: number } | undefined
  return () => {
    if (kept && performance.now() - kept.atMs < ms) return kept.answer
    const asked = { answer: call(), atMs: performance.now() }
    kept = asked
    asked.answer.catch(() => {
      if (kept === asked) kept = undefined
    })
    return asked.answer
  }
}
