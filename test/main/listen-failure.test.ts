import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { listenFailure } from '../../src/main/listen-failure.ts'

const failureAt = async (HOST: string, PORT: number) => {
  const server = createServer().listen(PORT, HOST)
  const [error] = (await once(server, 'error')) as [NodeJS.ErrnoException]
  return listenFailure(error, { HOST, PORT })
}

test('an address of another machine is named with its variable', async () => {
  expect(await failureAt('192.0.2.1', 0)).toBe(
    'HOST must be an address of this machine; 192.0.2.1 is none (EADDRNOTAVAIL)',
  )
})

test('a name that nobody knows, too', () => {
  for (const code of ['ENOTFOUND', 'EAI_AGAIN']) {
    expect(listenFailure({ code, message: `getaddrinfo ${code}` }, { HOST: '999.1.1.1', PORT: 8000 })).toBe(
      `HOST must be an address of this machine, or a name of one; "999.1.1.1" is not known (${code})`,
    )
  }
})

test('a port that is in use is named with its variable', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  expect(await failureAt('127.0.0.1', port)).toBe(`port ${port} is in use; set PORT to another`)
  taken.close()
})

test('whatever else there is, both are', () => {
  expect(listenFailure({ code: 'EMFILE', message: 'too many' }, { HOST: '::', PORT: 1 })).toBe(
    'cannot listen on HOST ::, PORT 1: too many',
  )
})
