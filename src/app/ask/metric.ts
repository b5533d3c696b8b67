/** `metric`: the SQL of a metric by dimensions and time, and its rows; without a name what metrics there are. */
import type { Table } from '../../core/adapter.ts'
import { adviceOf, ConnectionError } from '../../core/database/database-errors.ts'
import { errorDiagnostic, nearestName } from '../../core/diagnostic.ts'
import type { Metric } from '../../core/node/metric.ts'
import { never } from '../../core/never.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { readableText } from '../../transform/plan/compile/relation-text.ts'
import { metricQuery } from '../../understand/metrics/metric-query.ts'
import { loadProject } from '../load-project.ts'
import { createAdapter } from '../open-adapter.ts'
import { dialectOf } from '../dialect-of.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import type { MetricOptions, MetricValue } from '../use-cases.ts'

export async function metric(
  options: MetricOptions,
  surroundings: Surroundings,
): Promise<Outcome<MetricValue>> {
  const loaded = await loadProject(options, surroundings)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { manifest } = loaded.value
  if (options.metric === undefined) {
    return {
      kind: 'done',
      exitCode: 0,
      value: { name: 'metrics', sql: '', table: listed(manifest) },
    }
  }
  const asked = await queryOf(manifest, options.metric, options)
  if (!asked.ok) return { kind: 'invalid', diagnostics: asked.diagnostics }
  const { found, sql } = asked.value
  if (options.onlySql) {
    return { kind: 'done', exitCode: 0, value: { name: found.name, sql, table: noRows } }
  }
  const adapter = await createAdapter(manifest.project.target)
  try {
    await adapter.connect()
    const limited = options.limit < 0 ? sql : `${sql}\nlimit ${options.limit}`
    const table = await adapter.readOnly({ signal: surroundings.signal }, (session) =>
      session.queryTable(limited),
    )
    return { kind: 'done', exitCode: 0, value: { name: found.name, sql, table } }
  } catch (error) {
    if (error instanceof ConnectionError) {
      const { code, message, hint } = error
      return { kind: 'invalid', diagnostics: [errorDiagnostic({ code, message, hint })] }
    }
    const fault = adapter.explainError(error)
    const { message, missingRelation } = fault
    const diagnostic = errorDiagnostic({
      code: 'database-error',
      message,
      span: found.span,
      hint:
        missingRelation === undefined
          ? (adviceOf(fault) ?? `"assay metric ${found.name} --sql" shows the query`)
          : `"${found.modelName}" is not built yet: assay build --select ${found.modelName}`,
    })
    surroundings.emit({ type: 'diagnostic', diagnostic })
    const value = { name: found.name, sql, table: noRows }
    return { kind: 'done', exitCode: surroundings.signal.aborted ? 130 : 1, value }
  } finally {
    await adapter.close()
  }
}

const noRows: Table = { columns: [], rows: [] }

async function queryOf(
  manifest: Manifest,
  name: string,
  options: MetricOptions,
): Promise<Result<{ readonly found: Metric; readonly sql: string }>> {
  const found = manifest.metrics.get(name)
  const model = found === undefined ? undefined : manifest.nodes.get(found.model)
  if (found === undefined || model?.resourceType !== 'model') {
    const nearest = nearestName(name, manifest.metrics.keys())
    return failure([
      errorDiagnostic({
        code: 'unknown-metric',
        message: `expected the name of a metric, found "${name}"`,
        hint: nearest === undefined ? '"assay metric" lists them' : `did you mean "${nearest}"?`,
      }),
    ])
  }
  const dialect = await dialectOf(manifest.project.target)
  const sql = metricQuery(found, options, { dialect, relation: readableText(dialect, model) })
  return sql.ok ? success({ found, sql: sql.value }) : sql
}

function listed(manifest: Manifest): Table {
  const names = ['metric', 'model', 'value', 'by', 'description'] as const
  return {
    columns: names.map((name) => ({ name, dataType: 'text', kind: 'text' })),
    rows: [...manifest.metrics.values()].map((each) => [
      each.name,
      each.modelName,
      valueText(each),
      [...each.dimensions, ...(each.time === undefined ? [] : [each.time.column])].join(', '),
      each.description.trim(),
    ]),
  }
}

function valueText({ value }: Metric): string {
  const text = ({ agg, expr = '*' }: { readonly agg: string; readonly expr: string | undefined }) =>
    `${agg}(${expr})`
  switch (value.kind) {
    case 'simple':
      return text(value.measure)
    case 'ratio':
      return `${text(value.numerator)} / ${text(value.denominator)}`
    default:
      return never(value)
  }
}
