/** No more than so many calls at a time: one that hangs holds up half, and takes one connection. */
const mostAtATime = 2

type Open<Answer> = {
  answer: Promise<Answer | undefined>
  resolve(answer?: Answer): void
  reject(error: unknown): void
}

/**
 * Gathers questions that come at about the same time into one call. The first waits `quietMs` for others, and a call
 * starts no sooner than `spacingMs` after the one before, with up to `atOnce` questions: however many ask, there are at
 * most `1000 / spacingMs` calls a second. A call starts after its questions came, so no answer is older than the
 * question. Who asks the same gets the same answer; a key that the call leaves out is answered with undefined.
 */
export function gather<Answer>(
  ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, Answer>>,
  { quietMs, spacingMs, atOnce }: { quietMs: number; spacingMs: number; atOnce: number },
): (key: string) => Promise<Answer | undefined> {
  const open = new Map<string, Open<Answer>>()
  let underWay = 0
  let timer: NodeJS.Timeout | undefined
  let lastStart = Number.NEGATIVE_INFINITY

  const schedule = () => {
    if (timer || open.size === 0 || underWay >= mostAtATime) return
    timer = setTimeout(start, Math.max(quietMs, lastStart + spacingMs - performance.now()))
  }
  const start = () => {
    timer = undefined
    lastStart = performance.now()
    const taken: [string, Open<Answer>][] = []
    for (const question of open) {
      if (taken.length === atOnce) break
      taken.push(question)
      open.delete(question[0])
    }
    underWay += 1
    void answerAll(taken)
    schedule()
  }
  const answerAll = async (taken: readonly [string, Open<Answer>][]) => {
    try {
      const answers = await ask(taken.map(([key]) => key))
      for (const [key, { resolve }] of taken) resolve(answers.get(key))
    } catch (error) {
      for (const [, { reject }] of taken) reject(error)
    } finally {
      underWay -= 1
      schedule()
    }
  }

  return (key) => {
    let question = open.get(key)
    if (!question) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer | undefined>()
      question = { answer: promise, resolve, reject }
      open.set(key, question)
      schedule()
    }
    return question.answer
  }
}
