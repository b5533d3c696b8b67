/** The rows that the project's views have of one experiment, all read in one state of the database. */
import type { Adapter, Session, SqlValue, Table } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { Dialect } from '../../core/dialect.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { type Readable, readableText } from '../../transform/plan/compile/relation-text.ts'
import { type ReportView, reportViews } from '../../understand/report/experiment-data.ts'
import type { ReportRow } from '../../understand/report/report-row.ts'

export interface ViewRows {
  readonly rows: Readonly<Record<ReportView, readonly ReportRow[]>>
  /** Experiments that have results. */
  readonly known: readonly string[]
  readonly asOf: string | undefined
}

interface Reading {
  readonly manifest: Manifest
  readonly dialect: Dialect
  readonly experiment: string
  readonly signal: AbortSignal
}

/** Views that the project does not have have no rows; one that is not built is a fault. */
export async function readViews(adapter: Adapter, reading: Reading): Promise<Result<ViewRows>> {
  return await adapter.readOnly({ signal: reading.signal }, async (session) => {
    const missing: Diagnostic[] = []
    const read = async (name: string, rest: string): Promise<readonly ReportRow[]> => {
      const node = viewNode(reading.manifest, name)
      if (node === undefined) return []
      if (!(await isThere(session, node))) {
        missing.push(notBuilt(node))
        return []
      }
      const from = readableText(reading.dialect, node)
      return reportRowsOf(await session.queryTable(rest.replace('$from', () => from)))
    }
    const { dialect } = reading
    const of = (view: ReportView) => {
      const columns = reportViews[view].map((column) => dialect.quote(column)).join(', ')
      const id = dialect.literal(reading.experiment)
      return read(
        view,
        `select * from $from where ${dialect.quote('experiment_id')} = ${id} order by ${columns}`,
      )
    }
    const names = await read(
      'experiment_results',
      `select distinct ${dialect.quote('experiment_id')} from $from order by ${dialect.quote('experiment_id')}`,
    )
    const rows = {
      experiment_results: await of('experiment_results'),
      experiment_guardrails: await of('experiment_guardrails'),
      experiment_health: await of('experiment_health'),
      experiment_looks: await of('experiment_looks'),
      experiment_interactions: await of('experiment_interactions'),
      experiment_cuped: await of('experiment_cuped'),
      experiment_regression: await of('experiment_regression'),
    }
    const [clock] = await read('experiment_clock', `select ${dialect.quote('as_of')} from $from`)
    if (missing.length > 0) return failure(missing.slice(0, 1))
    const known = names.map((row) => String(row['experiment_id']))
    const asOf = clock?.['as_of']
    return success({ rows, known, asOf: typeof asOf === 'string' ? asOf.slice(0, 19) : undefined })
  })
}

export function viewNode({ refs, nodes }: Manifest, name: string): Readable | undefined {
  const id = refs.get(name)
  const node = id === undefined ? undefined : nodes.get(id)
  return node !== undefined && 'relation' in node ? node : undefined
}

async function isThere(session: Session, { relation }: Readable): Promise<boolean> {
  return (await session.describe(relation)) !== undefined
}

function notBuilt(node: Readable): Diagnostic {
  return errorDiagnostic({
    code: 'database-error',
    message: `expected "${node.name}" to be built, found no such table or view`,
    span: node.span,
    hint: `assay build --select +${node.name}`,
  })
}

/** Decimals and wide integers, which databases give as texts, are numbers in a report. */
export function reportRowsOf({ columns, rows }: Table): readonly ReportRow[] {
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, kind }, index) => {
        const value = row[index] ?? null
        const isNumber = kind === 'integer' || kind === 'decimal' || kind === 'double'
        return [name, isNumber && typeof value === 'string' ? Number(value) : plain(value)]
      }),
    ),
  )
}

function plain(value: SqlValue): ReportRow[string] {
  return value === null || typeof value !== 'object' ? value : JSON.stringify(value)
}
