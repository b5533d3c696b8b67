/** A bounded sample of the rows of a source or seed: rows of the same keys, the same ones for the same seed. */
import { createHash } from 'node:crypto'
import { type Session, textCell } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { Dialect } from '../../core/dialect.ts'
import type { Arrival, SeedNode, SourceNode } from '../../core/node.ts'
import type { Column } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { readSeed } from '../execute/seeds/read-seed.ts'
import { arrivalKindOf } from './history/arrival-values.ts'
import type { RootNode } from './choose-scope.ts'
import type { Cells } from './compare-rows.ts'
import { type Root, rootName } from './history/root.ts'

export interface Sampling {
  readonly manifest: Manifest
  readonly dialect: Dialect
  readonly seed: number
  /** Rows of a root at most. */
  readonly rows: number
  /** Names (`shop.prices`, `prices`) of roots that have all their rows from the start. */
  readonly statics: readonly string[]
}

export type Sampled =
  | { readonly kind: 'root'; readonly root: Root }
  | { readonly kind: 'unplayable'; readonly node: RootNode; readonly because: string }

/** Reads only. */
export async function sampleRoot(
  sampling: Sampling,
  session: Session,
  node: RootNode,
): Promise<Result<Sampled>> {
  const read =
    node.resourceType === 'seed'
      ? readSeedRows(sampling, node)
      : await readSourceRows(sampling, session, node)
  if (!read.ok) return read
  const { columns, rows, rowCount } = read.value
  const arrival = arrivalOf(node.arrival, columns)
  if (arrival.kind === 'none') {
    return success({
      kind: 'root',
      root: rootOf(sampling, node, { ...read.value, arrival: undefined }),
    })
  }
  if (arrival.kind === 'unknown')
    return success({ kind: 'unplayable', node, because: arrival.because })
  const { values, isAtLeastOnce, place } = arrival
  const known = { columns, rows, rowCount, arrival: { kind: values, place, isAtLeastOnce } }
  return success({ kind: 'root', root: rootOf(sampling, node, known) })
}

interface Read {
  readonly columns: readonly Column[]
  readonly rows: readonly Cells[]
  readonly rowCount: number
}

function rootOf(
  { manifest, statics }: Sampling,
  node: RootNode,
  read: Read & Pick<Root, 'arrival'>,
): Root {
  const names = [rootName({ node }), node.name]
  const isStatic =
    names.some((name) => statics.includes(name)) || isStaticSeed(manifest, node, read)
  return { node, ...read, isStatic }
}

/** A seed that nobody follows changes by hand, in its repository. */
function isStaticSeed(
  manifest: Manifest,
  node: RootNode,
  { arrival }: Pick<Root, 'arrival'>,
): boolean {
  if (node.resourceType !== 'seed' || arrival !== undefined) return false
  return ![...manifest.nodes.values()].some(
    (reader) =>
      reader.resourceType === 'model' &&
      reader.cursorReads.some((read) => read.upstream === node.uniqueId),
  )
}

function arrivalOf(arrival: Arrival | undefined, columns: readonly Column[]) {
  if (arrival === undefined) return { kind: 'none' } as const
  const name = arrival.column.toLowerCase()
  const place = columns.findIndex((column) => column.name.toLowerCase() === name)
  const dataType = columns[place]?.dataType
  if (dataType === undefined) {
    return {
      kind: 'unknown',
      because: `its upstream has no arrival column "${arrival.column}"`,
    } as const
  }
  const values = arrivalKindOf(dataType)
  if (values === undefined) {
    const because = `values of the arrival column "${arrival.column}" (${dataType}) of its upstream cannot be written anew`
    return { kind: 'unknown', because } as const
  }
  const isAtLeastOnce = arrival.delivery === 'at_least_once'
  return { kind: 'known', values, place, isAtLeastOnce } as const
}

/** Columns that models match or group rows by: roots that share one are sampled by the same values of it. */
function keyColumns(manifest: Manifest): readonly string[] {
  const counts = new Map<string, number>()
  for (const node of manifest.nodes.values()) {
    if (node.resourceType !== 'model') continue
    const touched = node.cursorReads.flatMap((read) =>
      read.kind === 'touched_keys' ? read.key : [],
    )
    for (const name of [...node.uniqueKey, ...touched]) {
      const key = name.toLowerCase()
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name)
}

function keyColumnOf(manifest: Manifest, columns: readonly Column[]): number {
  const places = keyColumns(manifest).map((key) =>
    columns.findIndex(({ name }) => name.toLowerCase() === key),
  )
  return places.find((place) => place >= 0) ?? -1
}

/** No key may take more than its part of the sample. */
const keysAtLeast = 8

async function readSourceRows(
  { manifest, dialect, seed, rows: limit }: Sampling,
  session: Session,
  node: SourceNode,
): Promise<Result<Read>> {
  const state = await session.describe(node.relation)
  if (state === undefined) return failure([missingSource(dialect, node)])
  const { columns } = state
  const table = dialect.relation(node.relation)
  const [counted] = await session.query(`select cast(count(*) as text) as n from ${table}`)
  const rowCount = counted === undefined ? 0 : Number(textCell(counted, 'n'))
  const texts = columns.map(({ name }) => `cast(${dialect.quote(name)} as text)`)
  const hash = (text: string) => `md5(concat(${dialect.literal(`${seed}/`)}, ${text}))`
  const rowHash = hash(`concat_ws('|', ${texts.map((text) => `coalesce(${text}, '')`).join(', ')})`)
  const keyPlace = keyColumnOf(manifest, columns)
  const keyHash = keyPlace < 0 ? rowHash : hash(texts[keyPlace] ?? '')
  const cells = texts.map((text, index) => `${text} as c${index}`).join(', ')
  const names = texts.map((_, index) => `c${index}`).join(', ')
  const sql = `select ${names}
from (
  select ${cells}, ${keyHash} as key_hash, ${rowHash} as row_hash,
    row_number() over (partition by ${keyHash} order by ${rowHash}) as place_in_key
  from ${table}
) as numbered
where place_in_key <= ${rowCount <= limit ? rowCount : Math.ceil(limit / keysAtLeast)}
order by key_hash, row_hash, ${names}
limit ${limit}`
  const rows: Cells[] = []
  for await (const row of session.readText(sql)) rows.push(row)
  return success({ columns, rows, rowCount })
}

function readSeedRows(
  { manifest, dialect, seed, rows: limit }: Sampling,
  node: SeedNode,
): Result<Read> {
  const file = manifest.project.seeds.find(({ path }) => path === node.path)
  const content = readSeed(node, file?.text ?? '', dialect)
  if (!content.ok) return content
  const { columns, rows: all } = content.value
  const keyPlace = keyColumnOf(manifest, columns)
  const taken = new Map<string, number>()
  const most = all.length <= limit ? all.length : Math.ceil(limit / keysAtLeast)
  const rows = all
    .map((row) => {
      const rowHash = hashOf(seed, row.map((cell) => cell ?? '').join('|'))
      return { row, rowHash, keyHash: keyPlace < 0 ? rowHash : hashOf(seed, row[keyPlace] ?? '') }
    })
    .sort((a, b) => compare(a.keyHash + a.rowHash, b.keyHash + b.rowHash))
    .filter(({ keyHash }) => {
      const count = (taken.get(keyHash) ?? 0) + 1
      taken.set(keyHash, count)
      return count <= most
    })
    .slice(0, limit)
    .map(({ row }) => row)
  return success({ columns, rows, rowCount: all.length })
}

function hashOf(seed: number, text: string): string {
  return createHash('md5').update(`${seed}/${text}`).digest('hex')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function missingSource(dialect: Dialect, node: SourceNode): Diagnostic {
  return errorDiagnostic({
    code: 'sandbox-relation',
    message: `expected the table ${dialect.relation(node.relation)} of source "${node.sourceName}.${node.name}", found none`,
    span: node.span,
    hint: 'verify takes its rows from there: load it, or leave out with --exclude what reads it',
  })
}
