/** The project to what the dashboard needs to know of it. */
import { join } from 'node:path'
import type { Table } from '../../core/adapter.ts'
import type { JsonObject } from '../../core/json.ts'
import type { Node } from '../../core/node.ts'
import { isTest } from '../../core/node/is-test.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { packageFolder } from '../../project/read/files/package-folder.ts'
import type { ReportView } from '../../understand/report/experiment-data.ts'
import { experimentVerdict } from '../../understand/report/experiment-verdict.ts'
import { comparedMetrics, confidenceLevel, primaryMetric } from '../experiments/compared-metrics.ts'
import { reportRowsOf } from '../experiments/read-views.ts'
import { panelNames } from '../../serve/dashboard/panels/panel-views.ts'
import type { DashboardFacts } from '../../serve/dashboard/dashboard-plugin.ts'

export function dashboardFacts(manifest: Manifest): DashboardFacts {
  const { project, nodes } = manifest
  const uniqueIdsOf = (isWanted: (node: Node) => boolean) =>
    [...nodes.values()].filter(isWanted).map(({ uniqueId }) => uniqueId)
  return {
    folder: join(packageFolder, 'dist', 'dashboard'),
    project: project.name,
    target: project.target.name,
    sources: uniqueIdsOf(({ resourceType }) => resourceType === 'source'),
    tests: uniqueIdsOf(isTest),
    units: unitsOf(manifest),
    metrics: metricsOf(manifest),
    judge: (test, views) => judged(manifest, test, views),
  }
}

/** Of the columns of what the panels show. */
function unitsOf(manifest: Manifest): DashboardFacts['units'] {
  const shown = new Set(panelNames)
  return Object.fromEntries(
    [...manifest.nodes.values()].flatMap((node) => {
      if (node.resourceType !== 'model' || !shown.has(node.name)) return []
      const units = node.columns.flatMap(({ name, meta }) => {
        const unit = unitIn(manifest, meta)
        return unit === '' ? [] : [[name, unit] as const]
      })
      return [[node.name, Object.fromEntries(units)] as const]
    }),
  )
}

function metricsOf(manifest: Manifest): DashboardFacts['metrics'] {
  return Object.fromEntries(
    comparedMetrics(manifest, undefined).map(({ name, label, meta }) => [
      name,
      { label, unit: unitIn(manifest, meta) },
    ]),
  )
}

/** As the report has it, of rows that may be of other tests too. */
function judged(
  manifest: Manifest,
  test: string,
  views: ReadonlyMap<string, Table>,
): ReturnType<DashboardFacts['judge']> {
  const declared = manifest.experiments.get(test)?.value
  const metrics = comparedMetrics(manifest, declared)
  const level = confidenceLevel(manifest)
  const rowsOf = (view: ReportView) => {
    const table = views.get(view)
    if (table === undefined) return []
    return reportRowsOf(table).filter((row) => row['experiment_id'] === test)
  }
  const { text, tone } = experimentVerdict({
    id: test,
    declared,
    primaryMetric: primaryMetric(manifest, declared),
    metrics,
    level,
    asOf: undefined,
    rows: {
      experiment_results: rowsOf('experiment_results'),
      experiment_guardrails: rowsOf('experiment_guardrails'),
      experiment_health: rowsOf('experiment_health'),
      // Not asked for what came of it.
      experiment_looks: [],
      experiment_interactions: [],
      experiment_cuped: [],
      experiment_regression: [],
    },
  })
  return { text, tone, level, metrics: metrics.map(({ name }) => name) }
}

/** `var(reporting_currency)`: what that var is. */
function unitIn({ environment }: Manifest, { unit }: JsonObject): string {
  if (typeof unit !== 'string') return ''
  return unit.replaceAll(/var\((\w+)\)/g, (whole, name: string) => {
    const value = environment.vars[name]
    return typeof value === 'string' ? value : whole
  })
}
