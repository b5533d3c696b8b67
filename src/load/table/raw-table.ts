/** The raw table of a source: made when it is not there, given the columns that were declared since. */
import { type Adapter, type Session, textCell } from '../../core/adapter.ts'
import type { RelationState } from '../../core/database/warehouse-state.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { Dialect } from '../../core/dialect.ts'
import { loadColumns } from '../../core/load/load.ts'
import { makeSchemas } from '../../core/database/make-schemas.ts'
import { type Column, relationKey } from '../../core/relation.ts'
import { failure, type Result, success } from '../../core/result.ts'
import { newEpoch } from '../../ledger/cursors/epochs.ts'
import { dropDeadLetters } from '../../ledger/loads/dead-letters.ts'
import { readLoadEpoch } from '../../ledger/loads/loads.ts'
import type { RunStart } from '../../ledger/runs/runs.ts'
import type { DeclaredColumn } from '../records/cell.ts'
import { idColumnOf } from './declared-columns.ts'
import type { LoadedSource } from './load-table-types.ts'

export interface RawTable {
  /** The declared columns and those of loading, in the order in which cells come, with the table's own types. */
  readonly columns: readonly Column[]
  /** A table that is made anew has another one: nothing was loaded into it yet. */
  readonly epoch: string
}

export interface RawTableRequest {
  readonly adapter: Adapter
  readonly node: LoadedSource
  readonly columns: readonly DeclaredColumn[]
  readonly run: RunStart
}

/** The caller holds the lease of the table. */
export async function ensureRawTable(request: RawTableRequest): Promise<Result<RawTable>> {
  const { adapter, node, run } = request
  const { relation } = node
  const key = relationKey(relation)
  const state = await adapter.session({}, (session) => session.describe(relation))
  if (state === undefined) {
    const schemas = await adapter.readSchemas([relation.schema])
    if (!schemas.has(relation.schema)) await makeSchemas(adapter, [relation.schema])
    return success(await adapter.transaction({}, (session) => createTable(session, request)))
  }
  const faults = faultsOf(state, request)
  if (faults.length > 0) return failure(faults)
  const others = await otherTypes(state, request)
  if (others.length > 0) return failure(others)
  return success(
    await adapter.transaction({}, async (session) => {
      const missing = wantedColumns(request).filter(
        ({ name }) => !state.columns.some((column) => sameName(adapter.dialect, column.name, name)),
      )
      for (const column of missing) {
        await session.execute(adapter.dialect.addColumn(relation, column))
      }
      const epoch =
        (await readLoadEpoch(session, key)) ??
        (await newEpoch(session, key, { reason: 'restore', run }))
      await indexIds(session, request)
      const now = missing.length === 0 ? state : await session.describe(relation)
      return { columns: ownColumns(request, now ?? state), epoch }
    }),
  )
}

async function createTable(session: Session, request: RawTableRequest): Promise<RawTable> {
  const { adapter, node, run } = request
  const { relation } = node
  const columns = wantedColumns(request)
  await session.execute(adapter.dialect.createTable(relation, columns))
  if (adapter.dialect.name === 'postgres') {
    // Readers look for what is new and for what is newest.
    const name = indexName(relation.identifier, '__load_seq')
    const terms = [adapter.dialect.quote(loadColumns.sequence)]
    const index = { name, terms, isUnique: true, type: undefined }
    await session.execute(adapter.dialect.createIndex(relation, index))
  }
  await indexIds(session, request)
  const key = relationKey(relation)
  const epoch = await newEpoch(session, key, { reason: 'first build', run })
  await dropDeadLetters(session, { relationKey: key, runId: run.runId })
  const state = await session.describe(relation)
  return { columns: state === undefined ? columns : ownColumns(request, state), epoch }
}

/** Where each batch looks for the ids that are there already: of a large table, without reading all of it (Postgres). */
async function indexIds(session: Session, { adapter, node }: RawTableRequest): Promise<void> {
  const { dialect } = adapter
  const id = idColumnOf(node.load.options)
  if (id === undefined || dialect.name !== 'postgres') return
  const name = indexName(node.relation.identifier, '__load_id')
  const index = `${dialect.quote(node.relation.schema)}.${dialect.quote(name)}`
  const [found] = await session.query('select cast(to_regclass($1) as text) as name', [index])
  if (typeof found?.['name'] === 'string') return
  const terms = [dialect.quote(id)]
  await session.execute(
    dialect.createIndex(node.relation, { name, terms, isUnique: false, type: undefined }),
  )
}

function indexName(identifier: string, tail: string): string {
  const room = 63 - tail.length
  let name = identifier
  while (Buffer.byteLength(name) > room) name = name.slice(0, -1)
  return `${name}${tail}`
}

/** With their types as the database names them. */
function wantedColumns({ adapter, columns }: RawTableRequest): readonly Column[] {
  const { dialect } = adapter
  return [
    ...columns.map(({ name, dataType }) => ({ name, dataType: dialect.typeAlias(dataType) })),
    { name: loadColumns.sequence, dataType: 'bigint' },
    { name: loadColumns.batch, dataType: dialect.seedType('text') },
    { name: loadColumns.loadedAt, dataType: dialect.seedType('timestamptz') },
  ]
}

function ownColumns(request: RawTableRequest, state: RelationState): readonly Column[] {
  const { dialect } = request.adapter
  return wantedColumns(request).map(
    (wanted) => state.columns.find(({ name }) => sameName(dialect, name, wanted.name)) ?? wanted,
  )
}

function sameName(dialect: Dialect, left: string, right: string): boolean {
  if (left === right) return true
  return !dialect.hasCaseSensitiveNames && left.toLowerCase() === right.toLowerCase()
}

function faultsOf(state: RelationState, { adapter, node }: RawTableRequest): readonly Diagnostic[] {
  const { relation, load, name } = node
  const shown = `${relation.schema}.${relation.identifier}`
  if (state.kind !== 'table') {
    return [
      errorDiagnostic({
        code: 'raw-table-differs',
        message: `expected ${shown} to be a table, found a ${state.kind}`,
        span: load.span,
        hint: `drop it, or give "${name}" another identifier`,
      }),
    ]
  }
  const has = (wanted: string) =>
    state.columns.some((column) => sameName(adapter.dialect, column.name, wanted))
  if (Object.values(loadColumns).every(has)) return []
  return [
    errorDiagnostic({
      code: 'raw-table-differs',
      message: `expected ${shown} to be a table that assay made, found one without ${Object.values(loadColumns).join(', ')}`,
      span: load.span,
      hint: `rename or drop it, or give "${name}" another identifier`,
    }),
  ]
}

/** A column that was declared with another type before: what becomes of its rows is for people to say. */
async function otherTypes(
  state: RelationState,
  { adapter, node, columns }: RawTableRequest,
): Promise<readonly Diagnostic[]> {
  const { dialect } = adapter
  const types = columns.map(({ dataType }) => `cast(null as ${dialect.typeAlias(dataType)})`)
  const spelled = await adapter.session({}, (session) =>
    session.queryTable(`select ${types.join(', ')}`),
  )
  return columns.flatMap((column, index) => {
    const held = state.columns.find(({ name }) => sameName(dialect, name, column.name))
    const dataType = spelled.columns[index]?.dataType
    if (held === undefined || dataType === undefined || held.dataType === dataType) return []
    const table = dialect.relation(node.relation)
    return [
      errorDiagnostic({
        code: 'raw-table-differs',
        message: `expected the column "${held.name}" of ${node.relation.schema}.${node.relation.identifier} to be ${dataType}, found ${held.dataType}`,
        span: node.columns.find(({ name }) => name === column.name)?.span ?? node.load.span,
        hint: `alter table ${table} alter column ${dialect.quote(held.name)} type ${dataType}; or declare it as it is`,
      }),
    ]
  })
}

/** Of a table whose ledger was lost: undefined where it is empty. */
export async function readTableSeq(
  session: Session,
  { dialect }: Adapter,
  { relation }: LoadedSource,
): Promise<number | undefined> {
  const [row] = await session.query(
    `select cast(coalesce(max(${dialect.quote(loadColumns.sequence)}), 0) as text) as last_seq from ${dialect.relation(relation)}`,
  )
  return row === undefined ? undefined : Number(textCell(row, 'last_seq'))
}
