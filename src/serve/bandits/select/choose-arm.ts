/** An experiment, what people have said of it and what the models have published to the arm that is shown next. */
import {
  type DrawnExperiment,
  type ExperimentControl,
  type Standstill,
  standstillOf,
} from '../control/control-state.ts'
import { type ArmWeight, drawArm, sharesOf } from './draw-arm.ts'
import { armsOf, type PublishedWeights } from './published-weights.ts'

export interface Situation {
  readonly experiment: DrawnExperiment
  readonly control: ExperimentControl
  readonly published: PublishedWeights
  readonly segment: string | undefined
  readonly now: Date
}

export type Choice =
  | {
      readonly kind: 'drawn'
      /** `planned`: by the declared shares, since no weights are published yet. */
      readonly policy: 'posterior' | 'planned'
      readonly priceId: string
      readonly propensity: number
      /** Of all arms, as they were drawn from. */
      readonly weights: readonly ArmWeight[]
      /** Whose weights they are; null: those of all together. */
      readonly segment: string | null
      readonly snapshotId: string | null
    }
  /** Nothing was drawn: the control is shown. */
  | { readonly kind: 'default'; readonly priceId: string; readonly reason: NothingDrawn }
  /** Nothing was drawn, and there is no control to show. */
  | { readonly kind: 'none'; readonly reason: NothingDrawn }

export const reasonsNotToDraw = [
  'paused',
  'ended',
  'not_started',
  'budget_used_up',
  'no_arm_available',
] as const
export type NothingDrawn = (typeof reasonsNotToDraw)[number]

/** `random`: from 0 up to, not including, 1. */
export function chooseArm(situation: Situation, random: number): Choice {
  const { experiment, control, now } = situation
  const standstill: Standstill | undefined = standstillOf(experiment, control.whole, now)
  if (standstill !== undefined) return defaultOf(situation, standstill)
  if (isUsedUp(control.whole.budget, spentOf(situation))) {
    return defaultOf(situation, 'budget_used_up')
  }
  const { arms, policy, segment, snapshotId } = sharesOfNow(situation)
  const open = arms.map((arm) => (isOpen(situation, arm.priceId) ? arm : { ...arm, weight: 0 }))
  const drawn = drawArm(open, random)
  if (drawn === undefined) return defaultOf(situation, 'no_arm_available')
  const weights = sharesOf(open)
  return { kind: 'drawn', policy, ...drawn, weights, segment, snapshotId }
}

/** An experiment that was declared after the last build, or whose arms were, has no weights that could be drawn from. */
function sharesOfNow({ experiment, published, segment }: Situation) {
  const found = armsOf(published.arms.get(experiment.name) ?? [], segment)
  const declared = new Set(experiment.variants.map(({ name }) => name))
  const arms = found.arms.filter(({ priceId }) => declared.has(priceId))
  if (arms.length > 0) {
    return {
      policy: 'posterior',
      arms,
      segment: found.segment ?? null,
      snapshotId: arms.find(({ snapshotId }) => snapshotId !== null)?.snapshotId ?? null,
    } as const
  }
  return {
    policy: 'planned',
    arms: experiment.variants.map(({ name, share }) => ({ priceId: name, weight: share })),
    segment: null,
    snapshotId: null,
  } as const
}

function isOpen({ experiment, control, published }: Situation, priceId: string): boolean {
  const arm = control.arms.get(priceId)
  if (arm?.state !== 'running') return false
  return !isUsedUp(arm.budget, published.spent.get(experiment.name)?.get(priceId) ?? 0)
}

function isUsedUp(budget: number | null, spent: number): boolean {
  return budget !== null && spent >= budget
}

function spentOf({ experiment, published }: Situation): number {
  return [...(published.spent.get(experiment.name)?.values() ?? [])].reduce(
    (sum, spent) => sum + spent,
    0,
  )
}

function defaultOf({ experiment, control }: Situation, reason: NothingDrawn): Choice {
  const { control: priceId } = experiment
  const isThere = priceId !== null && control.arms.get(priceId)?.state === 'running'
  return isThere ? { kind: 'default', priceId, reason } : { kind: 'none', reason }
}
