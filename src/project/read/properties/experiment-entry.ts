/** An experiment as its YAML says it, before its defaults are filled in. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { PlacedText } from '../config-entry.ts'

export interface ExperimentEntry {
  readonly name: string
  readonly span: SourceSpan
  readonly label: string | undefined
  readonly description: string
  readonly unit: string | undefined
  readonly allocation: string | undefined
  readonly variants: readonly VariantEntry[]
  readonly objective: PlacedText | undefined
  /** undefined: not said. */
  readonly weights: JsonObject | undefined
  readonly limits: JsonObject
  readonly conversionType: string | undefined
  readonly exposureEvent: string | undefined
  /** undefined: not said; an empty list says that there are none. */
  readonly metrics: readonly PlacedText[] | undefined
  readonly guardrails: readonly GuardrailEntry[]
  readonly segments: readonly string[]
  readonly context: readonly PlacedText[]
  readonly windows: JsonObject
  readonly priors: JsonObject
  readonly halfLifeHours: number | undefined
  readonly countFrom: string | undefined
  readonly holdoutShare: number | undefined
  readonly minShare: number | undefined
  readonly plannedN: number | undefined
  readonly start: PlacedText | undefined
  readonly end: PlacedText | undefined
  readonly tags: readonly string[]
  readonly meta: JsonObject
}

export interface VariantEntry {
  readonly name: string
  readonly span: SourceSpan
  readonly label: string | undefined
  readonly share: { readonly value: number; readonly span: SourceSpan } | undefined
  readonly price: number | undefined
  readonly cost: number | undefined
  readonly isControl: boolean
  readonly budget: number | undefined
  readonly stock: number | undefined
}

export interface GuardrailEntry {
  readonly metric: PlacedText
  readonly better: string | undefined
  readonly margin: number | undefined
}

/** What stands under `experiment:` of a metric. */
export interface MetricExperimentEntry {
  readonly name: string | undefined
  readonly test: string | undefined
  readonly better: string | undefined
  readonly margin: number | undefined
  readonly capQuantile: number | undefined
  readonly covariate: string | undefined
  readonly span: SourceSpan
}
