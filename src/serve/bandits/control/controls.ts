/** Who pauses, resumes, ends, sets a budget: kept on the disk before it is answered, effective in this server at once. */
import type { ExperimentValue } from '../../../core/node/experiment.ts'
import type { ServeContext } from '../../context.ts'
import { ProblemError } from '../../problem.ts'
import type { BanditTable } from '../bandit-tables.ts'
import {
  type Control,
  type ControlAction,
  controlAfter,
  controlOf,
  type ControlVerb,
  type ExperimentControl,
  standstillOf,
} from './control-state.ts'

export interface ControlOrder {
  /** undefined: the caller gives none. */
  readonly actionId: string | undefined
  readonly experiment: ExperimentValue
  readonly priceId: string | null
  readonly action: ControlVerb
  readonly budget: number | null
  readonly reason: string
  readonly actedBy: string
}

export interface Acted {
  readonly action: ControlAction
  /** It was done before, under the same id. */
  readonly isRepeated: boolean
}

export class Controls {
  readonly #context: Pick<ServeContext, 'now' | 'newId'>
  readonly #table: BanditTable | undefined
  /** Of this server, until they are seen in their table. */
  readonly #own = new Map<string, ControlAction>()
  #known: readonly ControlAction[] = []
  #turn: Promise<unknown> = Promise.resolve()

  constructor(context: Pick<ServeContext, 'now' | 'newId'>, table: BanditTable | undefined) {
    this.#context = context
    this.#table = table
  }

  /** What the table holds. */
  learn(actions: readonly ControlAction[]): void {
    for (const { actionId } of actions) this.#own.delete(actionId)
    this.#known = actions
  }

  of(experiment: ExperimentValue): ExperimentControl {
    return controlOf(experiment, this.#all())
  }

  /** One after the other, so that each sees what the one before has changed. */
  async act(order: ControlOrder): Promise<Acted> {
    const done = this.#turn.then(() => this.#act(order))
    this.#turn = done.catch(() => undefined)
    return await done
  }

  #all(): readonly ControlAction[] {
    return this.#own.size === 0 ? this.#known : [...this.#known, ...this.#own.values()]
  }

  async #act(order: ControlOrder): Promise<Acted> {
    const { experiment, priceId, action, reason, actedBy } = order
    const actionId = order.actionId ?? this.#context.newId()
    const earlier = this.#all().find((each) => each.actionId === actionId)
    if (earlier !== undefined) return repeated(earlier, order)
    const before = this.#before(experiment, priceId)
    const after = this.#after(before, order)
    const made: ControlAction = {
      actionId,
      experimentId: experiment.name,
      priceId,
      action,
      reason,
      actedBy,
      actedAt: this.#moment(),
      before,
      after,
    }
    await this.#keep(made)
    this.#own.set(actionId, made)
    return { action: made, isRepeated: false }
  }

  #before(experiment: ExperimentValue, priceId: string | null): Control {
    const { whole, arms } = this.of(experiment)
    const control = priceId === null ? whole : arms.get(priceId)
    if (control !== undefined) return control
    throw new ProblemError(
      'not-found',
      `expected "price_id" to be an arm of the experiment, found another one`,
      { more: { arms: [...arms.keys()] } },
    )
  }

  #after(before: Control, { experiment, priceId, action, budget }: ControlOrder): Control {
    const { whole } = this.of(experiment)
    const isOver = standstillOf(experiment, whole, this.#context.now()) === 'ended'
    const after = isOver ? undefined : controlAfter(before, action, budget)
    if (after !== undefined) return after
    const what = priceId === null ? 'experiment' : 'arm'
    const found = isOver ? 'an experiment that has ended' : `that it is ${before.state}`
    throw new ProblemError(
      'conflict',
      `expected the ${what} to be ${wanted(action)}, found ${found}`,
      { more: { state: isOver ? 'ended' : before.state } },
    )
  }

  /** Later than any before: the order in which they are told is the order in which they were done. */
  #moment(): number {
    const last = this.#all().reduce((latest, { actedAt }) => Math.max(latest, actedAt), 0)
    return Math.max(this.#context.now().getTime(), last + 1)
  }

  async #keep(action: ControlAction): Promise<void> {
    if (this.#table === undefined) throw new Error('no table to keep actions in')
    const [result] = await this.#table.events.capture([actionText(action)])
    if (result?.status === 'accepted') return
    throw new Error(`an action does not fit its table: ${result?.message ?? 'no answer'}`)
  }
}

function repeated(action: ControlAction, order: ControlOrder): Acted {
  const isSame =
    action.experimentId === order.experiment.name &&
    action.priceId === order.priceId &&
    action.action === order.action &&
    (action.action !== 'budget' || action.after.budget === order.budget)
  if (isSame) return { action, isRepeated: true }
  throw new ProblemError(
    'conflict',
    'expected an "action_id" of its own, found that of another action',
  )
}

function wanted(action: ControlVerb): string {
  if (action === 'pause') return 'running'
  return action === 'resume' ? 'paused' : 'running or paused'
}

/** A row of the audit table. */
export function actionFields({ before, after, ...action }: ControlAction) {
  return {
    action_id: action.actionId,
    experiment_id: action.experimentId,
    price_id: action.priceId,
    action: action.action,
    reason: action.reason,
    acted_by: action.actedBy,
    acted_at: new Date(action.actedAt).toISOString(),
    state_before: before.state,
    state_after: after.state,
    budget_before: before.budget,
    budget_after: after.budget,
  }
}

function actionText(action: ControlAction): string {
  return JSON.stringify(actionFields(action))
}
