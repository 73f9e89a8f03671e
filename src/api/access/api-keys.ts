import { createHash, randomInt } from 'node:crypto'
import type { Sql } from '../../db/connect.ts'
import { run } from '../../db/queries.ts'
import type { Scope } from './caller.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 43 letters out of 62 are 256 bits. */
const secretLetters = 43
const start = 'sonda_'
/** Stored and shown, to tell keys apart: six letters of the secret leave 220 bits of it. */
const prefixLetters = start.length + 6
const keyPattern = new RegExp(`^${start}[0-9A-Za-z]{${secretLetters}}$`)
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

export type KeyOptions = {
  /** Also the owner of what is submitted with it. */
  name: string
  scopes: readonly Scope[]
  /** Requests a minute; null: no limit. */
  ratePerMinute: number | null
}

/** A key as an operator sees it; the key itself is stored nowhere. */
export type ListedKey = KeyOptions & { prefix: string; createdAt: Date; revokedAt: Date | null }

/** A key that lets requests in. `hash` is the SHA-256 of the key. */
export type ValidKey = KeyOptions & { id: string; prefix: string; hash: Uint8Array }

/** Letters without accents, digits, `.`, `_` and `-`, at most 63, so that it fits a command line and a log. */
export const isKeyName = (name: string): boolean => namePattern.test(name)

/** Whether it can be a key at all; what cannot is refused without asking the database. */
export const isKey = (text: string): boolean => keyPattern.test(text)

export const prefixOf = (key: string): string => key.slice(0, prefixLetters)

export const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()

/** Makes a key and returns it: nobody can see it again. Undefined: a key of that name is in use. */
export async function createKey(sql: Sql, { name, scopes, ratePerMinute }: KeyOptions): Promise<string | undefined> {
  const key = start + Array.from({ length: secretLetters }, () => alphabet[randomInt(alphabet.length)]).join('')
  const parameters = [name, prefixOf(key), hashOf(key).toString('hex'), scopes, ratePerMinute]
  const rows = await run(sql, 'api_key_create', parameters)
  return rows.length > 0 ? key : undefined
}

/** All keys there ever were, those in use first. */
export async function listKeys(sql: Sql): Promise<ListedKey[]> {
  const rows = await run<KeyRow & { created_at: Date; revoked_at: Date | null }>(sql, 'api_key_list', [])
  return rows.map((row) => ({
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    ratePerMinute: row.rate_per_minute,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }))
}

/** Takes a key out of use; its jobs stay. False: there is none of that name. */
export const revokeKey = async (sql: Sql, name: string): Promise<boolean> =>
  (await run(sql, 'api_key_revoke', [name])).length > 0

/** A key is made for a program or a person; so many bound what a process keeps in memory. */
const mostKeys = 10_000

/** The keys in use, the oldest 10,000 of them. */
export async function validKeys(sql: Sql): Promise<ValidKey[]> {
  const rows = await run<KeyRow & { id: string; hash: Uint8Array }>(sql, 'api_key_list_valid', [mostKeys])
  return rows.map(({ rate_per_minute: ratePerMinute, ...row }) => ({ ...row, ratePerMinute }))
}

type KeyRow = { name: string; prefix: string; scopes: Scope[]; rate_per_minute: number | null }
