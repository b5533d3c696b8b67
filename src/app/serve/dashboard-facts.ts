/** The project to what the dashboard needs to know of it. */
import { join } from 'node:path'
import type { JsonObject } from '../../core/json.ts'
import type { Node } from '../../core/node.ts'
import { isTest } from '../../core/node/is-test.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import { packageFolder } from '../../project/read/files/package-folder.ts'
import { comparedMetrics } from '../experiments/compared-metrics.ts'
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

/** `var(reporting_currency)`: what that var is. */
function unitIn({ environment }: Manifest, { unit }: JsonObject): string {
  if (typeof unit !== 'string') return ''
  return unit.replaceAll(/var\((\w+)\)/g, (whole, name: string) => {
    const value = environment.vars[name]
    return typeof value === 'string' ? value : whole
  })
}
