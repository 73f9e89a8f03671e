/**
 * A call to the database that may take no longer than `patienceMs`. A server that is frozen, or behind a network that
 * swallows packets, neither answers nor closes the connection, and TCP takes a quarter of an hour to notice.
 *
 * The call itself goes on: whether it took effect is not known, as after a lost connection, and `isRetryable` says yes.
 * @throws Error with code `ETIMEDOUT`
 */
export function withPatience<T>(call: PromiseLike<T>, patienceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const impatient = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`the database did not answer within ${patienceMs / 1000} s`)
      reject(Object.assign(error, { code: 'ETIMEDOUT' }))
    }, patienceMs)
  })
  return Promise.race([call, impatient]).finally(() => clearTimeout(timer))
}
