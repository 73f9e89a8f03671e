/** What people call a field who have not read the documentation. */
const otherNames: Record<string, readonly string[]> = {
  website: ['site', 'url', 'homepage', 'dominio', 'domain', 'link'],
  municipio: ['cidade', 'city'],
  uf: ['estado', 'state'],
  nome_fantasia: ['nome', 'name', 'fantasia', 'empresa', 'company'],
  razao_social: ['razao', 'companyname'],
  external_id: ['id', 'ref', 'reference', 'externalid'],
  job_id: ['job', 'discoveryid', 'discoveryjobid'],
  profile: ['perfil'],
  cursor: ['after'],
  limit: ['pagesize', 'perpage', 'limite'],
  batch: ['batchid', 'lote'],
  kind: ['type', 'tipo'],
}

/** A misspelling differs in this many letters at most. */
const mostEdits = 2

/** The field that a name which is none was probably meant to be: `razaoSocial`, `cnjp`, `site`. */
export function suggestField(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name)
  if (wanted === '' || wanted.length > 40) return undefined
  const exact = known.find((field) => plain(field) === wanted || otherNames[field]?.includes(wanted))
  if (exact) return exact
  const [nearest] = known
    .map((field) => ({ field, edits: editsBetween(wanted, plain(field)) }))
    .sort((a, b) => a.edits - b.edits)
  // In a short name two letters are most of it.
  return nearest && nearest.edits <= Math.min(mostEdits, Math.floor(wanted.length / 2)) ? nearest.field : undefined
}

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function editsBetween(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_each, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1)
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const swapped = isSwap ? before[column - 2]! + 1 : Number.POSITIVE_INFINITY
      current.push(Math.min(replaced, swapped, last[column]! + 1, current[column - 1]! + 1))
    }
    before = last
    last = current
  }
  return last[b.length]!
}
