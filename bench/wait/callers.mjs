// Thousands of clients who wait for a job each, on a connection each, as n8n asks. Its parent says where, and for which.

import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

const [{ port, ids, query, perSecond }] = await once(process, 'message')

/** One request; its answer's job, when it came, and the socket to go away with. */
function ask(id) {
  const socket = connect(port, '127.0.0.1')
  const chunks = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.write(`GET /jobs/${id}?${query} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  return new Promise((resolve) => {
    socket.on('error', (error) => resolve({ id, problem: error.message }))
    socket.on('close', () => {
      const atNs = String(process.hrtime.bigint())
      const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n')
      const status = Number(head.split(' ')[1])
      if (status !== 200) return resolve({ id, problem: `answered ${status}` })
      // The body comes in one piece: its length is known.
      const job = JSON.parse(body)
      resolve({ id, atNs, isRight: job.job_id === id && job.status === 'completed' && job.result !== null })
    })
  })
}

const answers = []
for (let from = 0; from < ids.length; from += perSecond / 20) {
  for (const id of ids.slice(from, from + perSecond / 20)) answers.push(ask(id))
  await wait(50)
}
process.send({ areAllThere: true })
process.send({ answers: await Promise.all(answers) })
