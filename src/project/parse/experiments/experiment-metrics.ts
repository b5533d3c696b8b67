/** What the metrics of a project say of experiments: how each is compared, which an experiment names, which guard it. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import { directions, type GuardrailValue } from '../../../core/node/experiment.ts'
import type { Json, JsonObject } from '../../../core/json.ts'
import type { PlacedText } from '../../read/config-entry.ts'
import type {
  ExperimentEntry,
  MetricExperimentEntry,
} from '../../read/properties/experiment-entry.ts'
import type {
  MeasureEntry,
  MetricEntry,
  PropertyFile,
} from '../../read/properties/property-file.ts'

export interface ExperimentScope {
  readonly packageName: string
  /** Those that have an `experiment:`. */
  readonly metrics: ReadonlyMap<string, MetricEntry>
  readonly faults: Diagnostic[]
}

/** How much worse a guardrail may be, as a share of the control's value: metrics.md 7. */
const defaultMargin = 0.02

/** A bandit has none unless it names them: it decides by its objective. */
export function metricNamesOf(
  entry: ExperimentEntry,
  isFixed: boolean,
  scope: ExperimentScope,
): readonly string[] {
  const named = entry.metrics?.filter((metric) => metricAt(metric, scope) !== undefined)
  if (named !== undefined) return named.map(({ text }) => text)
  return isFixed ? [...scope.metrics.keys()] : []
}

export function guardrailsOf(
  entry: ExperimentEntry,
  scope: ExperimentScope,
): readonly GuardrailValue[] {
  return entry.guardrails.flatMap((guardrail) => {
    const metric = metricAt(guardrail.metric, scope)
    if (metric === undefined) return []
    const compared = comparison(metric.experiment)
    return [
      {
        metric: metric.name,
        better: directions.find((each) => each === guardrail.better) ?? compared.better,
        margin: guardrail.margin ?? compared.margin,
      },
    ]
  })
}

function metricAt({ text, span }: PlacedText, scope: ExperimentScope): MetricEntry | undefined {
  const metric = scope.metrics.get(text)
  if (metric !== undefined) return metric
  const nearest = nearestName(text, scope.metrics.keys())
  scope.faults.push(
    errorDiagnostic({
      code: 'unknown-metric',
      message: `expected the name of a metric that experiments compare, found "${text}"`,
      span,
      hint:
        nearest === undefined
          ? 'declare it under "metrics:" with "experiment: {better: higher}"'
          : `did you mean "${nearest}"?`,
    }),
  )
  return undefined
}

/** The metrics as `{{metrics}}` gives them, in the order of names. */
export function metricValues(files: readonly PropertyFile[]): readonly JsonObject[] {
  return files
    .flatMap((file) => file.metrics)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(metricValue)
}

function metricValue(metric: MetricEntry): JsonObject {
  const isRatio = metric.numerator !== undefined
  return {
    name: metric.name,
    label: metric.label ?? metric.name,
    description: metric.description,
    model:
      /^\s*ref\(\s*(['"])([^'"]+)\1\s*\)\s*$/.exec(metric.model.text)?.[2] ?? metric.model.text,
    time: metric.time?.text ?? null,
    grain: metric.grain ?? null,
    dimensions: metric.dimensions.map(({ text }) => text),
    filters: metric.filters.map(({ text }) => text),
    ...(isRatio ? { agg: null, expr: null } : measureValue(metric.measure)),
    numerator: metric.numerator === undefined ? null : measureValue(metric.numerator),
    denominator: metric.denominator === undefined ? null : measureValue(metric.denominator),
    experiment: comparisonValue(metric, isRatio),
    tags: metric.tags,
    meta: metric.meta,
  }
}

function measureValue({ agg, expr, filters }: MeasureEntry): JsonObject {
  return {
    agg: agg ?? null,
    expr: expr?.text ?? null,
    filters: filters.map(({ text }) => text),
  }
}

function comparisonValue({ name, experiment: entry }: MetricEntry, isRatio: boolean): Json {
  if (entry === undefined) return null
  return {
    name: entry.name ?? name,
    test: entry.test ?? (isRatio ? 'ratio' : 'mean'),
    ...comparison(entry),
    cap_quantile: entry.capQuantile ?? null,
    covariate: entry.covariate ?? null,
  }
}

function comparison(
  entry: MetricExperimentEntry | undefined,
): Pick<GuardrailValue, 'better' | 'margin'> {
  return {
    better: directions.find((each) => each === entry?.better) ?? 'higher',
    margin: entry?.margin ?? defaultMargin,
  }
}
