/**
 * Shares one call among everybody who asks while it could still answer them: whoever comes while a call is under way
 * gets the answer of the next one, which starts after they asked. However many ask, at most one call runs at a time, and
 * nobody gets an answer older than the question.
 */
export function oneAtATime<Answer>(call: () => Promise<Answer>): () => Promise<Answer> {
  let running: Promise<Answer> | undefined
  let next: Promise<Answer> | undefined
  const start = (): Promise<Answer> => {
    next = undefined
    const answer = call()
    running = answer
    const ended = () => {
      if (running === answer) running = undefined
    }
    answer.then(ended, ended)
    return answer
  }
  return () => {
    if (!running) return start()
    next ??= running.then(start, start)
    return next
  }
}
