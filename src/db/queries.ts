import { readdirSync, readFileSync } from 'node:fs'
import type { Sql } from './connect.ts'

const folder = new URL('../../sql/queries/', import.meta.url)

const texts = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => [name.slice(0, -'.sql'.length), readFileSync(new URL(name, folder), 'utf8')]),
)

/** The names of all statements in sql/queries. */
export const queryNames = (): string[] => [...texts.keys()]

/** The text of the statement in `sql/queries/<name>.sql`. */
export function queryText(name: string): string {
  const text = texts.get(name)
  if (text === undefined) throw new Error(`There is no sql/queries/${name}.sql`)
  return text
}

/** Arrays hold no booleans: postgres.js takes the type of such an array from its first element. */
type Parameter = string | number | boolean | null | readonly (string | number | null)[]

/**
 * Runs the statement in `sql/queries/<name>.sql`. It is prepared once a connection, where the connection allows it;
 * `planAnew` plans it with the very parameters instead, for statements whose filters may be absent.
 */
export async function run<Row extends object>(
  sql: Sql,
  name: string,
  parameters: readonly Parameter[],
  { planAnew = false } = {},
): Promise<Row[]> {
  return sql.unsafe<Row[]>(queryText(name), parameters as never[], { prepare: !planAnew })
}
