/** Actions of people, in their order, to the state of an experiment and of each arm. */
import { never } from '../../../core/never.ts'
import type { ExperimentValue, VariantValue } from '../../../core/node/experiment.ts'

export const controlVerbs = ['pause', 'resume', 'end', 'budget'] as const
export type ControlVerb = (typeof controlVerbs)[number]

export const controlStates = ['running', 'paused', 'ended'] as const
/**
 *   running --pause--> paused --resume--> running
 *   running, paused --end--> ended
 */
export type ControlState = (typeof controlStates)[number]

/** Of the experiment as a whole, or of one arm. */
export interface Control {
  readonly state: ControlState
  /** Most that may be spent, or taken in where no cost is declared, before it is drawn no more; null: without a limit. */
  readonly budget: number | null
}

/** A row of the audit table. */
export interface ControlAction {
  readonly actionId: string
  readonly experimentId: string
  /** null: the experiment as a whole. */
  readonly priceId: string | null
  readonly action: ControlVerb
  readonly reason: string
  /** Name of a key. */
  readonly actedBy: string
  /** Milliseconds since 1970. */
  readonly actedAt: number
  readonly before: Control
  readonly after: Control
}

export interface ExperimentControl {
  readonly whole: Control
  readonly arms: ReadonlyMap<string, Control>
}

/** What of a declared experiment arms are drawn by. */
export type DrawnExperiment = Pick<ExperimentValue, 'name' | 'control' | 'start' | 'end'> & {
  readonly variants: readonly Pick<VariantValue, 'name' | 'share' | 'budget'>[]
}

/** Those of other experiments, and of arms that are not declared any more, are left out. */
export function controlOf(
  { name, variants }: DrawnExperiment,
  actions: readonly ControlAction[],
): ExperimentControl {
  const declared = variants.map((variant): readonly [string, Control] => [
    variant.name,
    { state: 'running', budget: variant.budget },
  ])
  const arms = new Map(declared)
  let whole: Control = { state: 'running', budget: null }
  for (const action of actions
    .filter(({ experimentId }) => experimentId === name)
    .toSorted(byTime)) {
    if (action.priceId === null) whole = changed(whole, action)
    else {
      const arm = arms.get(action.priceId)
      if (arm !== undefined) arms.set(action.priceId, changed(arm, action))
    }
  }
  return { whole, arms }
}

/** What an action does not speak of stays, also where two servers have acted at once. */
function changed(before: Control, { action, after }: ControlAction): Control {
  return action === 'budget'
    ? { ...before, budget: after.budget }
    : { ...before, state: before.state === 'ended' ? 'ended' : after.state }
}

function byTime(left: ControlAction, right: ControlAction): number {
  return left.actedAt - right.actedAt || (left.actionId < right.actionId ? -1 : 1)
}

/** undefined: it is not in a state that allows this. `budget` is that of the order. */
export function controlAfter(
  before: Control,
  action: ControlVerb,
  budget: number | null,
): Control | undefined {
  const { state } = before
  if (state === 'ended') return undefined
  switch (action) {
    case 'pause':
      return state === 'running' ? { ...before, state: 'paused' } : undefined
    case 'resume':
      return state === 'paused' ? { ...before, state: 'running' } : undefined
    case 'end':
      return { ...before, state: 'ended' }
    case 'budget':
      return { ...before, budget }
    default:
      return never(action)
  }
}

/** Why nothing is drawn: what people said, and the times that are declared. */
export type Standstill = 'paused' | 'ended' | 'not_started'

/** undefined: it runs. */
export function standstillOf(
  { start, end }: Pick<DrawnExperiment, 'start' | 'end'>,
  { state }: Control,
  now: Date,
): Standstill | undefined {
  if (state === 'ended' || (end !== null && now.getTime() >= momentOf(end))) return 'ended'
  if (state === 'paused') return 'paused'
  return start !== null && now.getTime() < momentOf(start) ? 'not_started' : undefined
}

/** `YYYY-MM-DD[ HH:MM[:SS[.f]]]`, UTC */
export function momentOf(text: string): number {
  const [day = '', time = '00:00'] = text.split(/[ T]/)
  return Date.parse(`${day}T${time.replace(/(?:Z|\+00(?::00)?)$/, '')}Z`)
}
