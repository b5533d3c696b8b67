/** An entry under `metrics:` to what it says, each part with its place. */
import { readMetricExperiment } from './read-experiment.ts'
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import type { MeasureEntry, MetricEntry } from './property-file.ts'
import {
  type PlacedValue,
  placedTextsOf,
  textOf,
  textsOf,
  toJson,
  valueOf,
} from '../yaml/placed-value.ts'

export function readMetric(metric: PlacedValue): MetricEntry {
  const [numerator, denominator] = [valueOf(metric, 'numerator'), valueOf(metric, 'denominator')]
  const time = valueOf(metric, 'time')
  return {
    name: textOf(metric, 'name') ?? '',
    span: valueOf(metric, 'name')?.span ?? metric.span,
    label: textOf(metric, 'label'),
    description: textOf(metric, 'description') ?? '',
    model: {
      text: textOf(metric, 'model') ?? '',
      span: valueOf(metric, 'model')?.span ?? metric.span,
    },
    time: time === undefined ? undefined : { text: textOf(metric, 'time') ?? '', span: time.span },
    grain: textOf(metric, 'grain'),
    dimensions: placedTextsOf(metric, 'dimensions'),
    filters: placedTextsOf(metric, 'filters'),
    measure: readMeasure(metric),
    numerator: numerator === undefined ? undefined : readMeasure(numerator),
    denominator: denominator === undefined ? undefined : readMeasure(denominator),
    experiment: readMetricExperiment(metric),
    tags: textsOf(metric, 'tags'),
    meta: objectOf(valueOf(metric, 'meta')),
  }
}

/** Of a ratio the metric itself is none: then it has neither `agg` nor `expr`. */
function readMeasure(value: PlacedValue): MeasureEntry {
  const [expr] = placedTextsOf(value, 'expr')
  return {
    agg: textOf(value, 'agg'),
    expr,
    filters: placedTextsOf(value, 'filters'),
    additivity: textOf(value, 'additivity'),
    span: (valueOf(value, 'agg') ?? valueOf(value, 'name'))?.span ?? value.span,
  }
}

function objectOf(value: PlacedValue | undefined): JsonObject {
  const json = value === undefined ? {} : toJson(value)
  return isJsonObject(json) ? json : {}
}
