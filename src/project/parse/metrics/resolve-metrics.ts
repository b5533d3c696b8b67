/** The entries under `metrics:` to metrics: their models found, their measures whole, their additivity known. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import {
  type Additivity,
  additivities,
  type Aggregation,
  aggregations,
  type Measure,
  type Metric,
  timeGrains,
} from '../../../core/node/metric.ts'
import { isJsonArray, type Json } from '../../../core/json.ts'
import type { ModelNode, Node, UniqueId } from '../../../core/node.ts'
import type {
  MeasureEntry,
  MetricEntry,
  PropertyFile,
} from '../../read/properties/property-file.ts'
import { type NodeNames, referencedId } from '../manifest.ts'
import { unknownMetricColumns } from './check-columns.ts'
import { argumentReference } from '../tests/test-arguments.ts'

interface MetricScope {
  readonly packageName: string
  readonly nodes: ReadonlyMap<UniqueId, Node>
  readonly names: NodeNames
  readonly faults: Diagnostic[]
}

/** By name; a second one of a name is a fault. */
export function resolveMetrics(
  files: readonly PropertyFile[],
  scope: MetricScope,
): ReadonlyMap<string, Metric> {
  const metrics = new Map<string, Metric>()
  for (const file of files) {
    for (const entry of file.metrics) {
      const first = metrics.get(entry.name)
      if (first !== undefined) {
        scope.faults.push(
          errorDiagnostic({
            code: 'duplicate-name',
            message: `expected one metric named "${entry.name}", found a second one`,
            span: entry.span,
            related: [{ message: 'first defined here', span: first.span }],
          }),
        )
        continue
      }
      const metric = resolveMetric(entry, file.path, scope)
      if (metric !== undefined) metrics.set(entry.name, metric)
    }
  }
  return metrics
}

function resolveMetric(entry: MetricEntry, path: string, scope: MetricScope): Metric | undefined {
  const model = modelOf(entry, scope)
  if (model !== undefined) scope.faults.push(...unknownMetricColumns(entry, model))
  checkComparison(entry, scope.faults)
  const value = model === undefined ? undefined : valueOf(entry, model, scope.faults)
  if (model === undefined || value === undefined) return undefined
  const needsTime = measuresOf(value).some(({ agg }) => agg === 'first' || agg === 'last')
  if (needsTime && entry.time === undefined) {
    scope.faults.push(
      fault(entry, {
        code: 'missing-key',
        message: `expected "time" on the metric "${entry.name}", found none; first and last go by it`,
      }),
    )
  }
  return {
    uniqueId: `metric.${scope.packageName}.${entry.name}`,
    name: entry.name,
    label: entry.label ?? entry.name,
    description: entry.description,
    packageName: scope.packageName,
    path,
    span: entry.span,
    model: model.uniqueId,
    modelName: model.name,
    time:
      entry.time === undefined
        ? undefined
        : { column: entry.time.text, grain: timeGrains.find((grain) => grain === entry.grain) },
    dimensions: entry.dimensions.map(({ text }) => text),
    filters: entry.filters.map(({ text }) => text),
    value,
    tags: entry.tags,
    meta: entry.meta,
  }
}

function measuresOf(value: Metric['value']): readonly Measure[] {
  return value.kind === 'simple' ? [value.measure] : [value.numerator, value.denominator]
}

function modelOf(entry: MetricEntry, scope: MetricScope): ModelNode | undefined {
  const { text, span } = entry.model
  const reference = argumentReference('to', text, span)
  const id =
    reference === undefined ? undefined : referencedId(scope.names, reference, scope.packageName)
  const node = id === undefined ? undefined : scope.nodes.get(id)
  if (node?.resourceType === 'model' && node.materialization.name !== 'ephemeral') return node
  const models = [...scope.nodes.values()].filter((each) => each.resourceType === 'model')
  const nearest = nearestName(
    reference?.kind === 'ref' ? reference.name : text,
    models.map((each) => each.name),
  )
  scope.faults.push(
    errorDiagnostic({
      code: 'unresolved-ref',
      message:
        node === undefined
          ? `expected the name of a model, found "${text}"`
          : `expected a model with a table or view, found "${text}"`,
      span,
      hint:
        nearest === undefined ? `write it as model: ref('orders')` : `did you mean "${nearest}"?`,
    }),
  )
  return undefined
}

/** Either `agg` and `expr`, or `numerator` and `denominator`. */
function valueOf(
  entry: MetricEntry,
  model: ModelNode,
  faults: Diagnostic[],
): Metric['value'] | undefined {
  const { numerator, denominator, measure } = entry
  const isRatio = numerator !== undefined || denominator !== undefined
  if (!isRatio) {
    const simple = measureOf(entry, { ...measure, filters: [] }, model, faults)
    return simple === undefined ? undefined : { kind: 'simple', measure: simple }
  }
  if (numerator === undefined || denominator === undefined || measure.agg !== undefined) {
    const found =
      measure.agg !== undefined
        ? '"agg" beside them'
        : numerator === undefined
          ? 'no numerator'
          : 'no denominator'
    faults.push(
      fault(entry, {
        code: 'missing-key',
        message: `expected "numerator" and "denominator" on the metric "${entry.name}", found ${found}`,
        hint: 'a ratio has both and no "agg" of its own; any other metric has "agg" and "expr"',
      }),
    )
    return undefined
  }
  const over = measureOf(entry, numerator, model, faults)
  const under = measureOf(entry, denominator, model, faults)
  if (over === undefined || under === undefined) return undefined
  return { kind: 'ratio', numerator: over, denominator: under }
}

/** What experiments compare is a mean per unit, or a ratio of two sums. */
function checkComparison(entry: MetricEntry, faults: Diagnostic[]): void {
  const { experiment, numerator, measure } = entry
  if (experiment === undefined) return
  const isRatio = numerator !== undefined
  const test = experiment.test ?? (isRatio ? 'ratio' : 'mean')
  if ((test === 'ratio') !== isRatio) {
    const message = `expected ${isRatio ? 'test: ratio, since' : 'numerator and denominator, since'} the metric "${entry.name}" ${isRatio ? 'has a numerator' : 'is compared as a ratio'}, found ${isRatio ? `test: ${test}` : 'none'}`
    faults.push(fault(entry, { code: 'invalid-value', message, span: experiment.span }))
    return
  }
  if (isRatio || measure.agg === undefined || measure.agg === 'avg') return
  faults.push(
    fault(entry, {
      code: 'invalid-value',
      message: `expected agg: avg of the metric "${entry.name}", found agg: ${measure.agg}; experiments compare what a unit has on average`,
      span: measure.span,
      hint: 'write agg: avg, or a ratio of two sums with numerator and denominator',
    }),
  )
}

function measureOf(
  entry: MetricEntry,
  written: MeasureEntry,
  model: ModelNode,
  faults: Diagnostic[],
): Measure | undefined {
  const agg = aggregations.find((each) => each === written.agg)
  if (agg === undefined || (written.expr === undefined && agg !== 'count')) {
    const missing = agg === undefined ? '"agg"' : '"expr"'
    faults.push(
      fault(entry, {
        code: 'missing-key',
        message: `expected ${missing} for the metric "${entry.name}", found none`,
        span: written.span,
        hint:
          agg === undefined
            ? `agg is one of ${aggregations.join(', ')}`
            : 'expr is SQL over the columns of the model',
      }),
    )
    return undefined
  }
  return {
    agg,
    expr: written.expr?.text,
    filters: written.filters.map(({ text }) => text),
    additivity: additivityOf(agg, written, model),
    notOver: agg === 'count' ? [] : textsIn(columnOf(written, model)?.meta['not_over']),
    span: written.span,
  }
}

/** As said, else as the column says in its `meta` (`additive: all | not_over_time | none`), else additive. */
function additivityOf(agg: Aggregation, entry: MeasureEntry, model: ModelNode): Additivity {
  const said = additivities.find((each) => each === entry.additivity)
  if (said !== undefined) return said
  if (agg === 'count') return 'additive'
  const written = columnOf(entry, model)?.meta['additive']
  if (written === 'not_over_time' || written === 'semi_additive') return 'semi_additive'
  const isNone = written === 'none' || written === 'non_additive' || written === false
  return isNone ? 'non_additive' : 'additive'
}

function columnOf(
  { expr }: MeasureEntry,
  { columns }: ModelNode,
): ModelNode['columns'][number] | undefined {
  return columns.find(({ name }) => name.toLowerCase() === expr?.text.toLowerCase())
}

function textsIn(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function fault(
  entry: MetricEntry,
  parts: Pick<Diagnostic, 'code' | 'message'> & {
    readonly span?: Diagnostic['span']
    readonly hint?: string
  },
): Diagnostic {
  return errorDiagnostic({ span: entry.span, ...parts })
}
