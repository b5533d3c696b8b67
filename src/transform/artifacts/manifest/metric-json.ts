/** A metric as dbt's manifest.json shows it; what dbt has no field for stands in `config.meta` under `assay`. */
import type { Measure, Metric } from '../../../core/node/metric.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { NodeInput } from './manifest-node-json.ts'

export function metricJson(input: NodeInput, metric: Metric): JsonObject {
  const { value, time } = metric
  const simple = value.kind === 'simple' ? value.measure : undefined
  const ratio = value.kind === 'ratio' ? value : undefined
  const definition = {
    time: time === undefined ? null : { column: time.column, grain: time.grain ?? null },
    dimensions: metric.dimensions,
    filters: metric.filters,
    measure: measureJson(simple),
    numerator: measureJson(ratio?.numerator),
    denominator: measureJson(ratio?.denominator),
  }
  const meta = { ...metric.meta, assay: definition }
  return {
    name: metric.name,
    resource_type: 'metric',
    package_name: metric.packageName,
    path: input.pathOf(metric.path),
    original_file_path: metric.path,
    unique_id: metric.uniqueId,
    fqn: [metric.packageName, metric.name],
    description: metric.description,
    label: metric.label,
    type: value.kind,
    type_params: { expr: simple?.expr ?? null, input_measures: [], metrics: [] },
    filter: null,
    metadata: null,
    time_granularity: time?.grain ?? null,
    meta,
    tags: metric.tags,
    config: { enabled: true, group: null, meta },
    unrendered_config: {},
    sources: [],
    depends_on: { macros: [], nodes: [metric.model] },
    refs: [{ name: metric.modelName, package: null, version: null }],
    metrics: [],
    created_at: input.createdAt,
    group: null,
  }
}

function measureJson(measure: Measure | undefined): JsonObject | null {
  if (measure === undefined) return null
  const { agg, expr, filters, additivity } = measure
  return { agg, expr: expr ?? null, filters, additivity }
}
