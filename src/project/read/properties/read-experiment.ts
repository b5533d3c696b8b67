/** An entry under `experiments:` to what it says, with the places that a later check points at. */
import type {
  ExperimentEntry,
  GuardrailEntry,
  MetricExperimentEntry,
  VariantEntry,
} from './experiment-entry.ts'
import { mapOf, readNamed } from './read-named.ts'
import {
  itemsOf,
  type PlacedValue,
  placedTextsOf,
  textOf,
  textsOf,
  toJson,
  valueOf,
} from '../yaml/placed-value.ts'

export function readExperiment(experiment: PlacedValue): ExperimentEntry {
  const metrics = valueOf(experiment, 'metrics')
  return {
    ...readNamed(experiment),
    label: textOf(experiment, 'label'),
    unit: textOf(experiment, 'unit'),
    allocation: textOf(experiment, 'allocation'),
    variants: itemsOf(experiment, 'variants').map(readVariant),
    objective: placedTextsOf(experiment, 'objective')[0],
    weights: valueOf(experiment, 'weights') && mapOf(experiment, 'weights'),
    limits: mapOf(experiment, 'limits'),
    conversionType: textOf(experiment, 'conversion_type'),
    exposureEvent: textOf(experiment, 'exposure_event'),
    metrics: metrics === undefined ? undefined : placedTextsOf(experiment, 'metrics'),
    guardrails: itemsOf(experiment, 'guardrails').map(readGuardrail),
    segments: textsOf(experiment, 'segments'),
    context: placedTextsOf(experiment, 'context'),
    windows: mapOf(experiment, 'windows'),
    priors: mapOf(experiment, 'priors'),
    halfLifeHours: numberOf(experiment, 'half_life_hours'),
    countFrom: textOf(experiment, 'count_from'),
    holdoutShare: numberOf(experiment, 'holdout_share'),
    minShare: numberOf(experiment, 'min_share'),
    plannedN: numberOf(experiment, 'planned_n'),
    start: placedTextsOf(experiment, 'start')[0],
    end: placedTextsOf(experiment, 'end')[0],
    tags: textsOf(experiment, 'tags'),
    meta: mapOf(experiment, 'meta'),
  }
}

/** How experiments compare a metric; undefined: their results do not hold it. */
export function readMetricExperiment(metric: PlacedValue): MetricExperimentEntry | undefined {
  const value = valueOf(metric, 'experiment')
  if (value === undefined) return undefined
  return {
    name: textOf(value, 'name'),
    test: textOf(value, 'test'),
    better: textOf(value, 'better'),
    margin: numberOf(value, 'margin'),
    capQuantile: numberOf(value, 'cap_quantile'),
    covariate: textOf(value, 'covariate'),
    span: value.span,
  }
}

function readVariant(variant: PlacedValue): VariantEntry {
  const control = valueOf(variant, 'control')
  const share = valueOf(variant, 'share')
  return {
    name: textOf(variant, 'name') ?? '',
    span: valueOf(variant, 'name')?.span ?? variant.span,
    label: textOf(variant, 'label'),
    share:
      share === undefined
        ? undefined
        : { value: numberOf(variant, 'share') ?? 0, span: share.span },
    price: numberOf(variant, 'price'),
    cost: numberOf(variant, 'cost'),
    isControl: control?.kind === 'scalar' && control.value === true,
    budget: numberOf(variant, 'budget'),
    stock: numberOf(variant, 'stock'),
  }
}

function readGuardrail(guardrail: PlacedValue): GuardrailEntry {
  if (guardrail.kind === 'scalar') {
    const text = guardrail.text ?? String(guardrail.value)
    return { metric: { text, span: guardrail.span }, better: undefined, margin: undefined }
  }
  const [metric] = placedTextsOf(guardrail, 'metric')
  return {
    metric: metric ?? { text: '', span: guardrail.span },
    better: textOf(guardrail, 'better'),
    margin: numberOf(guardrail, 'margin'),
  }
}

function numberOf(placed: PlacedValue, key: string): number | undefined {
  const value = valueOf(placed, key)
  const json = value === undefined ? undefined : toJson(value)
  return typeof json === 'number' ? json : undefined
}
