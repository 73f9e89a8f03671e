import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const src = fileURLToPath(new URL('../src/', import.meta.url))

/** Which folders of src a folder may import besides itself. The files of src itself (config, errors, log) are for all. */
const mayImport: Record<string, readonly string[]> = {
  main: ['api', 'cnpj', 'db', 'extract', 'housekeeping', 'kinds', 'llm', 'queue', 'search', 'site', 'worker'],
  api: ['kinds', 'queue', 'db'],
  worker: ['kinds', 'queue', 'db'],
  housekeeping: ['queue', 'site', 'db'], // the egress gate alone, loaded at the first callback
  kinds: ['search', 'cnpj', 'site', 'extract', 'llm', 'queue', 'db'],
  queue: ['db'],
  site: ['extract'],
  extract: ['cnpj'], // the number alone: a page's CNPJ is one with the right check digits
  llm: ['db'], // the cap on calls is held in Postgres
  search: [],
  cnpj: [],
  db: [],
}

const files = globSync('**/*.ts', { cwd: src })
const importsOf = (file: string): string[] => {
  const text = readFileSync(join(src, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path]) =>
    relative(src, join(src, dirname(file), path!)),
  )
}
const folderOf = (file: string): string => (file.includes('/') ? file.split('/')[0]! : '')

test('every folder of src is known here', () => {
  expect([...new Set(files.map(folderOf))].filter(Boolean).sort()).toEqual(Object.keys(mayImport).sort())
})

test.each(Object.entries(mayImport))('%s imports only what lies below it', (folder, allowed) => {
  const wrong = files
    .filter((file) => folderOf(file) === folder)
    .flatMap((file) => importsOf(file).map((path) => ({ file, path })))
    .filter(({ path }) => folderOf(path) !== folder && folderOf(path) !== '' && !allowed.includes(folderOf(path)))
  expect(wrong).toEqual([])
})

test('extract takes nothing from cnpj but the number', () => {
  const taken = files.filter((file) => folderOf(file) === 'extract').flatMap(importsOf)
  expect(taken.filter((path) => folderOf(path) === 'cnpj' && path !== 'cnpj/number.ts')).toEqual([])
})

test('only main reads the environment', () => {
  const readers = files.filter((file) => /process\.env/.test(readFileSync(join(src, file), 'utf8')))
  expect(readers.map(folderOf).filter((folder) => folder !== 'main')).toEqual([])
})

test('the API can be loaded without what only workers need', () => {
  const loaded = new Set<string>()
  const visit = (file: string) => {
    if (loaded.has(file)) return
    loaded.add(file)
    const text = readFileSync(join(src, file), 'utf8')
    // Static imports only: a kind's handler is loaded by the worker, and types cost nothing.
    for (const [, path] of text.matchAll(/^(?:import|export)(?! type)[^'(]*'(\.[^']+)'/gm)) {
      visit(relative(src, join(src, dirname(file), path!)))
    }
  }
  visit('main/api.ts')
  const folders = new Set([...loaded].map(folderOf))
  expect([...folders].filter((folder) => ['site', 'extract', 'llm', 'search', 'worker'].includes(folder))).toEqual([])
})
