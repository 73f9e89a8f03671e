import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'

type Ids = { uid: number; gid: number }

/** Put `prefix` before the command and give `ids` to spawn; `owner` is who must own the data directory. */
export type CommandUser = { prefix: string[]; ids: Ids | undefined; owner: Ids | undefined }

const asOurselves: CommandUser = { prefix: [], ids: undefined, owner: undefined }

/**
 * How to run Postgres, which refuses to run as root: as ourselves, or when we are root as the user who owns `dataDir`
 * already, else as `postgres`, else as `nobody`.
 *
 * Such a user cannot enter a checkout below a closed folder such as /root. Then setpriv (util-linux) leaves the process
 * the one capability that reading there needs. `no_setuid_fixup` belongs to it: without it access(2), which initdb asks,
 * ignores the capabilities of a user who is not root. dac_read_search is enough as a rule; containers often have only the
 * wider dac_override to give.
 * @param program what must be executable, @param dir the folder that must be reachable.
 * @throws Error with a sentence that says what to do, when neither way works.
 */
export function unprivilegedCommand(program: string, dir: string, dataDir: string): CommandUser {
  if (process.getuid?.() !== 0) return asOurselves
  const owner = dataOwner(dataDir) ?? accountOf('postgres') ?? accountOf('nobody')
  if (!owner) throw new Error('Postgres does not run as root, and there is no user "nobody". Set DATABASE_URL.')
  const ways: CommandUser[] = [
    { prefix: [], ids: owner, owner },
    { prefix: setpriv(owner, 'dac_read_search'), ids: undefined, owner },
    { prefix: setpriv(owner, 'dac_override'), ids: undefined, owner },
  ]
  const way = ways.find((candidate) => reaches(candidate, program, dir))
  if (way) return way
  throw new Error(
    `Postgres does not run as root, and the user it would run as (uid ${owner.uid}) cannot reach ${dir} and ${program}. ` +
      'Move the checkout to a folder that every user can enter, run Sonda as an ordinary user, or set DATABASE_URL.',
  )
}

const setpriv = ({ uid, gid }: Ids, capability: string): string[] => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
  `--inh-caps=+${capability}`,
  `--ambient-caps=+${capability}`,
  '--securebits=+no_setuid_fixup',
  '--',
]

function reaches({ prefix, ids }: CommandUser, program: string, dir: string): boolean {
  const script = '"$1" --version && test -r "$1" && cd "$2"'
  const [command = '', ...args] = [...prefix, '/bin/sh', '-c', script, 'sh', program, dir]
  return spawnSync(command, args, { ...ids, cwd: '/', stdio: 'ignore' }).status === 0
}

function dataOwner(dataDir: string): Ids | undefined {
  const found = statSync(dataDir, { throwIfNoEntry: false })
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined
}

function accountOf(name: string): Ids | undefined {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [account, , uid, gid] = line.split(':')
    if (account === name && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  return undefined
}
