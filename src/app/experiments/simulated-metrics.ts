/** The metrics of an A/B test as its declaration names them, to what a simulation needs to know of each. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts'
import type { ExperimentValue } from '../../core/node/experiment.ts'
import type { Manifest } from '../../project/parse/manifest.ts'
import type { SimulatedMetric } from '../../understand/metrics/aa-query.ts'

export interface MetricsOfModel {
  readonly model: string
  readonly metrics: readonly SimulatedMetric[]
}

/** Guardrails too. Those of one model together: its users are drawn once for all of them. */
export function simulatedMetrics(
  { environment }: Manifest,
  { metrics, guardrails }: ExperimentValue,
): readonly MetricsOfModel[] {
  const names = new Set([...metrics, ...guardrails.map(({ metric }) => metric)])
  const known = environment.declared?.metrics ?? []
  const found = [...names].flatMap((name) => known.filter((metric) => metric['name'] === name))
  const models = [...new Set(found.map(({ model }) => textOf(model)))]
  return models.map((model) => ({
    model,
    metrics: found.filter((metric) => metric['model'] === model).flatMap(simulated),
  }))
}

function simulated(metric: JsonObject): readonly SimulatedMetric[] {
  const { experiment, numerator, denominator } = metric
  if (!isJsonObject(experiment)) return []
  const isRatio = experiment['test'] === 'ratio'
  const isMean = experiment['test'] === 'mean'
  const cap = experiment['cap_quantile']
  const covariate = textOf(experiment['covariate'])
  const own: SimulatedMetric = {
    name: textOf(experiment['name']),
    test: isRatio ? 'ratio' : isMean ? 'mean' : 'proportion',
    numerator: isRatio ? partOf(numerator) : textOf(metric['expr']),
    denominator: isRatio ? partOf(denominator) : undefined,
    filters: textsOf(metric['filters']),
    capQuantile: undefined,
    covariate: isMean && covariate !== '' ? covariate : undefined,
  }
  if (!isMean || typeof cap !== 'number') return [own]
  return [own, { ...own, name: `${own.name}_capped`, capQuantile: cap, covariate: undefined }]
}

/** 0 where the filters of the part do not hold, as in the project's own ratios. */
function partOf(part: Json | undefined): string {
  if (!isJsonObject(part)) return '0'
  const conditions = textsOf(part['filters']).map((filter) => `(${filter})`)
  const expression = textOf(part['expr'])
  return conditions.length === 0
    ? expression
    : `case when ${conditions.join(' and ')} then ${expression} else 0 end`
}

function textsOf(list: Json | undefined): readonly string[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : []
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
