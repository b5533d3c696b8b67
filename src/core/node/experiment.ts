/** An experiment as declared: who is in it, what each variant is, what decides, and the numbers of its statistics. */
import type { SourceSpan } from '../diagnostic.ts'
import type { Json, JsonObject } from '../json.ts'

export const experimentUnits = ['user', 'session', 'impression'] as const
export type ExperimentUnit = (typeof experimentUnits)[number]

/** `fixed`: shares stay as planned (an A/B test). `adaptive`: they follow the posterior (a bandit). */
export const allocations = ['fixed', 'adaptive'] as const
export type Allocation = (typeof allocations)[number]

/** What an arm is rewarded for: 1 or 0, money, or a weighted sum of several measures. */
export const objectives = ['conversion', 'revenue', 'weighted'] as const
export type Objective = (typeof objectives)[number]

export const conversionTypes = ['purchase', 'click'] as const
export type ConversionType = (typeof conversionTypes)[number]

/** When a trial counts: at once, or when its conversion window is over. */
export const countingTimes = ['trial', 'maturity'] as const
export type CountingTime = (typeof countingTimes)[number]

export const directions = ['higher', 'lower'] as const
export type Direction = (typeof directions)[number]

export interface Experiment {
  readonly uniqueId: `experiment.${string}`
  readonly name: string
  readonly packageName: string
  readonly path: string
  readonly span: SourceSpan
  /** What `{{experiments}}` gives of it: every key there is, defaults filled in. */
  readonly value: ExperimentValue
}

/** Under the names that templates and views use. */
export interface ExperimentValue {
  readonly [key: string]: Json
  readonly name: string
  readonly label: string
  readonly description: string
  readonly unit: ExperimentUnit
  readonly allocation: Allocation
  readonly variants: readonly VariantValue[]
  /** Name of the variant that the others are compared with; null for bandits that have none. */
  readonly control: string | null
  readonly objective: Objective
  /** What each measure of a trial counts for in its reward. */
  readonly weights: WeightsValue
  readonly limits: LimitsValue
  readonly conversion_type: ConversionType
  /** Name of the event that exposes; null: by what the data calls an impression. */
  readonly exposure_event: string | null
  /** Names of metrics, the first decides. */
  readonly metrics: readonly string[]
  readonly guardrails: readonly GuardrailValue[]
  /** Attributes by which results are split. */
  readonly segments: readonly string[]
  /** Attributes by which the arms of a bandit are chosen apart. */
  readonly context: readonly string[]
  readonly windows: WindowsValue
  readonly priors: PriorsValue
  /** null: old trials count as much as new ones. */
  readonly half_life_hours: number | null
  readonly count_from: CountingTime
  /** Share of the traffic that a fixed policy goes on choosing, 0 to 1. */
  readonly holdout_share: number
  /** Least share of an arm of a bandit, 0 to 1. */
  readonly min_share: number
  /** Units until the planned end of a fixed test; null: not planned. */
  readonly planned_n: number | null
  /** `YYYY-MM-DD[ HH:MM:SS]`, UTC; null: open. */
  readonly start: string | null
  readonly end: string | null
  readonly tags: readonly string[]
  readonly meta: JsonObject
}

export interface VariantValue {
  readonly [key: string]: Json
  readonly name: string
  readonly label: string
  /** Planned share of the traffic; those of one experiment sum to 1. */
  readonly share: number
  /** What the unit pays in this arm; null: the arm is no price. */
  readonly price: number | null
  /** What a sale costs in this arm, a discount, say; null: not said. */
  readonly cost: number | null
  readonly is_control: boolean
  /** Most that may be spent, and sold, in the arm; null: without a limit. */
  readonly budget: number | null
  readonly stock: number | null
}

/** The reward of a trial is conversion x (1 or 0) + revenue x money + cost x what its sales cost. */
export interface WeightsValue {
  readonly [key: string]: Json
  readonly conversion: number
  readonly revenue: number
  readonly cost: number
}

/** An arm that breaks one is drawn no more, whatever it earns. */
export interface LimitsValue {
  readonly [key: string]: Json
  /** Broken when the credible interval is wholly below; null: none. */
  readonly min_conversion_rate: number | null
}

export interface GuardrailValue {
  readonly [key: string]: Json
  readonly metric: string
  readonly better: Direction
  /** How much worse, as a share of the control's value, is still no harm. */
  readonly margin: number
}

export interface WindowsValue {
  readonly [key: string]: Json
  readonly outcome_days: number
  readonly conversion_hours: number
  /** Before the exposure: what CUPED adjusts by. */
  readonly covariate_days: number
}

export interface PriorsValue {
  readonly [key: string]: Json
  readonly alpha: number
  readonly beta: number
  /** Trials that the pooled rate counts for. */
  readonly empirical_strength: number
  /** Of the Gaussian posterior; null: pooled from the arms. */
  readonly mean: number | null
  readonly kappa: number
  readonly gamma_alpha: number
  readonly gamma_beta: number | null
}
