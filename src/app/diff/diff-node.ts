/** One node of `diff`: in the database that holds both sides, or streamed from two into a third. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Adapter, Session } from '../../core/adapter.ts'
import type { RelationState } from '../../core/database/warehouse-state.ts'
import { errorDiagnostic } from '../../core/diagnostic.ts'
import { relationKey } from '../../core/relation.ts'
import { type Target, noExtras } from '../../core/target.ts'
import { canonicalSelect, readLock } from '../../transform/diff/canonical-select.ts'
import { chooseKey } from '../../transform/diff/choose-key.ts'
import { collectRows } from '../../transform/diff/collect-rows.ts'
import { type ComparedColumn, compareColumns } from '../../transform/diff/compare-columns.ts'
import { type DiffRows, diffRows } from '../../transform/diff/diff-rows.ts'
import type { NodeDiff, RowsDiff } from '../../transform/diff/node-diff.ts'
import type { Comparison, FoundNode } from './diff-comparison.ts'
import { isSameDatabase, type TableNode } from './diff-sides.ts'
import { createAdapter } from '../open-adapter.ts'

/** Where rows of two databases meet; undefined: both sides are in one. */
type Workplace = Adapter | undefined

/** DuckDB keeps what is more on disk. */
const workMemory = '512MB'

/** A database file of its own below the target folder, gone afterwards. */
export async function withWorkplace<T>(
  { sides, surroundings }: Comparison,
  work: (workplace: Workplace) => Promise<T>,
): Promise<T> {
  if (isSameDatabase(sides.a.target, sides.b.target)) return await work(undefined)
  const { targetPath, target } = sides.a.loaded.manifest.project
  const folder = join(targetPath, `diff-${surroundings.newId()}`)
  await mkdir(folder, { recursive: true })
  const adapter = await createAdapter(workTarget(folder, target.threads))
  try {
    await adapter.connect()
    return await work(adapter)
  } finally {
    await adapter.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function workTarget(folder: string, threads: number): Target {
  return {
    type: 'duckdb',
    extras: noExtras,
    name: 'diff',
    schema: 'main',
    path: join(folder, 'rows.duckdb'),
    threads,
    timezone: 'UTC',
    isAtomic: false,
    leaseTimeoutMs: 60_000,
    memoryLimit: workMemory,
    tempDirectory: folder,
  }
}

export async function diffNode(
  comparison: Comparison,
  workplace: Workplace,
  found: FoundNode,
): Promise<NodeDiff> {
  const { node, relations, states } = found
  const nowhere = `not in the project of this target`
  const base = {
    uniqueId: node.uniqueId,
    name: node.name,
    relations: {
      a: relations.a === undefined ? nowhere : relationKey(relations.a),
      b: relations.b === undefined ? nowhere : relationKey(relations.b),
    },
  }
  const { a, b } = states
  if (a === undefined && b === undefined) return { ...base, status: 'absent' }
  if (a === undefined) return { ...base, status: 'missing', missingIn: 'a' }
  if (b === undefined) return { ...base, status: 'missing', missingIn: 'b' }
  try {
    const { columns, rows } = await compareNode(comparison, workplace, { node, a, b })
    const isSame =
      columns.onlyInA.length + columns.onlyInB.length + columns.types.length === 0 &&
      rows.different + rows.onlyInA.count + rows.onlyInB.count === 0
    return { ...base, status: isSame ? 'same' : 'different', columns, rows }
  } catch (error) {
    sayError(comparison, node, error)
    return { ...base, status: 'error' }
  }
}

interface BothSides {
  readonly node: TableNode
  readonly a: RelationState
  readonly b: RelationState
}

async function compareNode(comparison: Comparison, workplace: Workplace, both: BothSides) {
  const { sides, options } = comparison
  const { node, a, b } = both
  const own = ownOf(comparison, node)
  const { compared, diff } = compareColumns({
    a: a.columns,
    b: b.columns,
    volatileColumns: own.volatileColumns,
    isSameEngine: sides.a.target.type === sides.b.target.type,
  })
  const { manifest } = sides.a.loaded
  const request = {
    columns: compared,
    key: chooseKey({ manifest, node, compared, wanted: options.key }),
    tolerance: options.tolerance ?? own.tolerance,
    limit: options.limit,
  }
  const rows =
    workplace === undefined
      ? await compareInside(comparison, both, request)
      : await compareBetween(comparison, { ...both, workplace }, request)
  return { columns: diff, rows }
}

/** What the project says of the node, for either target. */
function ownOf({ sides, options }: Comparison, node: TableNode) {
  const own = [sides.a, sides.b].flatMap(
    ({ loaded }) => loaded.manifest.nodes.get(node.uniqueId) ?? [],
  )
  const models = own.flatMap((each) => (each.resourceType === 'model' ? [each] : []))
  const key = new Set(options.key.map((name) => name.toLowerCase()))
  return {
    // A column asked for by --key is compared all the same.
    volatileColumns: models
      .flatMap(({ volatileColumns }) => volatileColumns)
      .filter((name) => !key.has(name.toLowerCase())),
    tolerance: models[0]?.tolerance ?? 1e-9,
  }
}

type RowsRequest = Pick<DiffRows, 'columns' | 'key' | 'tolerance' | 'limit'>

/** One snapshot for both sides. */
async function compareInside(
  { adapters, surroundings }: Comparison,
  { a, b }: BothSides,
  request: RowsRequest,
): Promise<RowsDiff> {
  const { dialect } = adapters.a
  const { columns } = request
  return await adapters.a.readOnly({ signal: surroundings.signal }, async (session) => {
    await lock(session, adapters.a, [a, b])
    return await diffRows(session, {
      ...request,
      database: dialect.name,
      a: canonicalSelect({ dialect, relation: a.relation, side: 'a', columns }),
      b: canonicalSelect({ dialect, relation: b.relation, side: 'b', columns }),
    })
  })
}

async function compareBetween(
  { adapters, surroundings }: Comparison,
  both: BothSides & { readonly workplace: Adapter },
  request: RowsRequest,
): Promise<RowsDiff> {
  const { signal } = surroundings
  const { dialect } = both.workplace
  const { columns } = request
  return await both.workplace.session({ signal }, async (into) => {
    const collect = (side: 'a' | 'b') =>
      adapters[side].readOnly({ signal }, async (from) => {
        await lock(from, adapters[side], [both[side]])
        const sql = sqlOf(adapters[side], both[side], { side, columns })
        const relation = { schema: 'main', identifier: `side_${side}` }
        return await collectRows({ from, sql, columns, into, dialect, relation })
      })
    const selects = { a: await collect('a'), b: await collect('b') }
    return await diffRows(into, { ...request, database: dialect.name, ...selects })
  })
}

function sqlOf(
  { dialect }: Adapter,
  { relation }: RelationState,
  part: { readonly side: 'a' | 'b'; readonly columns: readonly ComparedColumn[] },
): string {
  return canonicalSelect({ dialect, relation, ...part })
}

async function lock(
  session: Session,
  { dialect }: Adapter,
  states: readonly RelationState[],
): Promise<void> {
  const statement = readLock(dialect, states)
  if (statement !== undefined) await session.execute(statement)
}

/** A relation that cannot be read fails alone; a fault of ours does not hide behind it. */
function sayError({ adapters, surroundings }: Comparison, node: TableNode, error: unknown): void {
  surroundings.signal.throwIfAborted()
  const [, database] =
    error instanceof Error ? (/^(Duckdb|Postgres)Error$/.exec(error.name) ?? []) : []
  if (database === undefined) throw error
  const adapter = adapters.a.dialect.name === database.toLowerCase() ? adapters.a : adapters.b
  const { message, hint } = adapter.explainError(error)
  const diagnostic = errorDiagnostic({
    code: 'database-error',
    message: `could not compare "${node.name}": ${message}`,
    span: node.span,
    hint,
  })
  surroundings.emit({ type: 'diagnostic', diagnostic })
}
