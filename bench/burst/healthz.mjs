// Looks at /healthz again and again, from a process of its own: how long an answer takes is then the API's doing, and not
// that of the load beside it. It begins with the port, and ends with any further message.

import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

const gapMs = 10
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

const [{ port }] = await once(process, 'message')
let isStopped = false
process.once('message', () => {
  isStopped = true
})
const tookMs = []
while (!isStopped) {
  tookMs.push(await look())
  await wait(gapMs)
}
agent.destroy()
process.send({ tookMs })
process.disconnect()

function look() {
  const startedMs = performance.now()
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path: '/healthz', agent }, (response) => {
      response.resume()
      response.on('error', reject)
      response.on('end', () => {
        const tookMs = performance.now() - startedMs
        if (response.statusCode === 200) resolve(tookMs)
        else reject(new Error(`/healthz answered with ${response.statusCode}`))
      })
    })
    call.on('error', reject)
    call.end()
  })
}
