import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { postgres } from '../../src/db/driver.ts'
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { migrate } from '../../src/db/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}

/** One throw-away server for the run, with a migrated template that `createTestDatabase` clones. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), 'sonda-test-'))
  const server = await startEmbeddedPostgres({ dir, throwAway: true })
  try {
    await makeTemplate(server.url)
  } catch (error) {
    await server.stop('immediate')
    throw error
  }
  project.provide('postgresUrl', server.url)
  return () => server.stop('immediate')
}

async function makeTemplate(serverUrl: string): Promise<void> {
  const admin = postgres(serverUrl, { max: 1 })
  await admin`create database sonda_template`
  await admin.end()
  const url = new URL(serverUrl)
  url.pathname = '/sonda_template'
  const template = postgres(url.href, { max: 1, onnotice: () => {} })
  await migrate(template, url.href)
  await template.end() // a template that someone is connected to cannot be cloned
}
