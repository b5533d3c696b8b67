/** The failing rows of a test, carried out of its transaction and kept in a table or view of their own. */
import type { Session } from '../../../core/adapter.ts'
import type { TestNode } from '../../../core/node.ts'
import type { RunResult } from '../../../core/run-result.ts'
import { limitedRows } from '../../plan/data-tests/test-query.ts'
import { compileAsking } from '../ask/compile-asking.ts'
import { quietly } from '../record-results.ts'
import type { RunContext } from '../run-context.ts'
import { askerOf, compileContext } from './compile-context.ts'
import type { FailingRows } from './remembered-rows.ts'

export function isStored(
  { storesFailures }: Pick<RunContext, 'storesFailures'>,
  { storedFailures }: TestNode,
): boolean {
  return storedFailures.isStored ?? storesFailures
}

/** What the result's message says of it: `, stored in test_failures.unique_orders_id`. */
export function whereStored(context: RunContext, node: TestNode, failures: number): string {
  if (!isStored(context, node) || failures === 0) return ''
  const { relation, rows, kind } = node.storedFailures
  const place = `${relation.schema}.${relation.identifier}`
  return failures > rows && kind === 'table'
    ? `, the first ${rows} stored in ${place}`
    : `, stored in ${place}`
}

/** Reads them while they are there; the candidate is gone after a rollback. */
export async function rememberRows(
  context: RunContext,
  session: Session,
  { node, select, failures, viewSelect }: RememberRequest,
): Promise<void> {
  const { rows: limit } = node.storedFailures
  if (!isStored(context, node)) return
  const { columns } = await session.queryTable(limitedRows(select, 0))
  const rows: (readonly (string | null)[])[] = []
  if (failures !== 0) {
    const most = Math.min(limit, node.limit ?? limit)
    for await (const row of session.readText(limitedRows(select, most))) rows.push(row)
  }
  context.failingRows.set(node.uniqueId, {
    columns: columns.map(({ name, dataType }) => ({ name, dataType })),
    rows,
    viewSelect,
  })
}

interface RememberRequest {
  readonly node: TestNode
  readonly select: string
  readonly failures: number
  /** Left out: a view of them has the test's own query. */
  readonly viewSelect?: string | undefined
}

/**
 * In a transaction of their own, after that of the test has ended. Never throws: the results stand. A view would not
 * show what was rolled back, so that becomes a table.
 */
export async function storeFailingRows(
  context: RunContext,
  results: readonly RunResult[],
  { areRolledBack }: { readonly areRolledBack: boolean },
): Promise<void> {
  for (const { uniqueId } of results) {
    const remembered = context.failingRows.get(uniqueId)
    const node = context.manifest.nodes.get(uniqueId)
    context.failingRows.delete(uniqueId)
    if (remembered === undefined || node?.resourceType !== 'test') continue
    await quietly(
      context,
      () =>
        context.adapter.transaction({}, (session) =>
          store(context, session, { node, areRolledBack, ...remembered }),
        ),
      `the failing rows of ${node.name} were not stored`,
    )
  }
}

async function store(
  context: RunContext,
  session: Session,
  {
    node,
    areRolledBack,
    columns,
    rows,
    viewSelect,
  }: FailingRows & {
    readonly node: TestNode
    readonly areRolledBack: boolean
  },
): Promise<void> {
  const { relation, kind } = node.storedFailures
  const { dialect } = context.adapter
  const existing = await session.describe(relation)
  if (existing !== undefined) await session.execute(dialect.drop(existing.kind, relation))
  if (kind === 'view' && !areRolledBack) {
    const select = viewSelect ?? (await ownQuery(context, session, node))
    if (select !== undefined) await session.execute(dialect.createView(relation, select))
    return
  }
  await session.execute(dialect.createTable(relation, columns))
  await session.appendText(relation, columns, streamOf(rows))
}

async function ownQuery(
  context: RunContext,
  session: Session,
  node: TestNode,
): Promise<string | undefined> {
  const compiled = await compileAsking(compileContext(context), askerOf(context, session), node)
  return compiled.ok ? compiled.value.sql : undefined
}

async function* streamOf<T>(rows: readonly T[]): AsyncIterable<T> {
  yield* rows
}
