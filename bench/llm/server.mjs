// A model that answers in 300 to 500 ms, serves `places` calls at a time and answers 429 above. Asked for its account,
// it sends how many calls were under way from when on, and how its calls ended.

import { once } from 'node:events'
import { createServer } from 'node:http'

const [{ places }] = await once(process, 'message')
const latencyMs = { least: 300, most: 500 }
const completion = JSON.stringify({
  choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: '{"n":1}' } }],
  usage: { prompt_tokens: 10, completion_tokens: 5 },
})

let underWay = 0
let account = { steps: [], served: [], refused: [] }
const note = (change) => {
  underWay += change
  account.steps.push([performance.now(), underWay])
}

const server = createServer((request, response) => {
  request.resume()
  response.setHeader('content-type', 'application/json')
  if (underWay >= places) {
    account.refused.push(performance.now())
    return response.writeHead(429).end('{"error":{"message":"busy"}}')
  }
  note(1)
  const delayMs = latencyMs.least + Math.random() * (latencyMs.most - latencyMs.least)
  const timer = setTimeout(() => {
    note(-1)
    account.served.push(performance.now())
    response.end(completion)
  }, delayMs)
  // Whoever hangs up leaves its place.
  response.once('close', () => {
    if (response.writableFinished) return
    clearTimeout(timer)
    note(-1)
  })
})
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('message', () => {
  process.send({ account })
  account = { steps: [], served: [], refused: [] }
})
