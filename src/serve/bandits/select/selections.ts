/** Arms that are drawn: each selection is on the disk before it is answered, and one id is one selection. */
import type { JsonObject } from '../../../core/json.ts'
import { never } from '../../../core/never.ts'
import type { ExperimentValue } from '../../../core/node/experiment.ts'
import type { ServeContext } from '../../context.ts'
import { ProblemError } from '../../problem.ts'
import type { BanditTables } from '../bandit-tables.ts'
import { readRows } from '../read-rows.ts'
import type { Choice } from './choose-arm.ts'
import { type Selection, selectionFields, selectionOf } from './selection.ts'

export interface SelectionOrder {
  /** undefined: the caller gives none. */
  readonly selectionId: string | undefined
  readonly experiment: ExperimentValue
  readonly segment: string | undefined
  readonly context: JsonObject | null
  readonly userId: string | null
  readonly sessionId: string | null
  readonly selectedBy: string
}

export interface Selected {
  readonly selection: Selection
  /** It was selected before, under the same id. */
  readonly isRepeated: boolean
}

/** Ids whose selection is known without asking the database. */
const mostRemembered = 50_000

export class Selections {
  readonly #context: Pick<ServeContext, 'database' | 'now' | 'newId' | 'log'>
  readonly #tables: Pick<BanditTables, 'selections' | 'isOnlyWriter'>
  /** Oldest first. */
  readonly #remembered = new Map<string, Selection>()
  readonly #underWay = new Map<string, Promise<Selected>>()
  /** All that the table holds is remembered. */
  #isComplete = false

  constructor(
    context: Pick<ServeContext, 'database' | 'now' | 'newId' | 'log'>,
    tables: Pick<BanditTables, 'selections' | 'isOnlyWriter'>,
  ) {
    this.#context = context
    this.#tables = tables
  }

  /** What earlier servers have selected. */
  async recall(): Promise<void> {
    const { database } = this.#context
    const table = database.dialect.relation(this.#tables.selections.relation)
    const rows = await readRows(
      database,
      `select * from ${table} order by _load_seq desc limit ${mostRemembered + 1}`,
    )
    const found = (rows ?? []).map(selectionOf)
    this.#isComplete = found.length <= mostRemembered
    for (const selection of found.slice(0, mostRemembered).toReversed()) this.#remember(selection)
  }

  /** `choose` is asked where the id is new. */
  async select(order: SelectionOrder, choose: () => Promise<Choice>): Promise<Selected> {
    const { selectionId } = order
    if (selectionId === undefined) return await this.#make(order, choose)
    const known = this.#remembered.get(selectionId)
    if (known !== undefined) return repeated(known, order)
    const underWay = this.#underWay.get(selectionId)
    if (underWay !== undefined) return repeated((await underWay).selection, order)
    const selecting = this.#find(selectionId).then((found) =>
      found === undefined ? this.#make(order, choose) : repeated(found, order),
    )
    this.#underWay.set(selectionId, selecting)
    try {
      return await selecting
    } finally {
      this.#underWay.delete(selectionId)
    }
  }

  /** One of an earlier server, or of another one. */
  async #find(selectionId: string): Promise<Selection | undefined> {
    if (this.#isComplete && this.#tables.isOnlyWriter) return undefined
    const { database, log } = this.#context
    const table = database.dialect.relation(this.#tables.selections.relation)
    try {
      const rows = await readRows(database, `select * from ${table} where selection_id = $1`, [
        selectionId,
      ])
      return rows?.map(selectionOf)[0]
    } catch (error) {
      // The first of two of one id is kept: the other has no propensity, since its arm is not that of the id.
      if (!(error instanceof ProblemError)) throw error
      log(`a selection was not looked up: ${error.message}`)
      return undefined
    }
  }

  async #make(order: SelectionOrder, choose: () => Promise<Choice>): Promise<Selected> {
    const { now, newId } = this.#context
    const selection: Selection = {
      selectionId: order.selectionId ?? newId(),
      experimentId: order.experiment.name,
      ...chosen(await choose(), order),
      context: order.context,
      userId: order.userId,
      sessionId: order.sessionId,
      selectedAt: now().getTime(),
      selectedBy: order.selectedBy,
    }
    const text = JSON.stringify(selectionFields(selection))
    const [result] = await this.#tables.selections.events.capture([text])
    if (result?.status !== 'accepted') {
      throw new Error(`a selection does not fit its table: ${result?.message ?? 'no answer'}`)
    }
    this.#remember(selection)
    return { selection, isRepeated: false }
  }

  #remember(selection: Selection): void {
    this.#remembered.set(selection.selectionId, selection)
    if (this.#remembered.size <= mostRemembered) return
    const [oldest] = this.#remembered.keys()
    if (oldest !== undefined) this.#remembered.delete(oldest)
    this.#isComplete = false
  }
}

function chosen(choice: Choice, { segment }: SelectionOrder) {
  switch (choice.kind) {
    case 'drawn':
      return {
        priceId: choice.priceId,
        segment: choice.segment,
        policy: choice.policy,
        reason: null,
        propensity: choice.propensity,
        weights: Object.fromEntries(choice.weights.map(({ priceId, weight }) => [priceId, weight])),
        snapshotId: choice.snapshotId,
      } as const
    case 'default':
      return {
        priceId: choice.priceId,
        segment: segment ?? null,
        policy: 'default',
        reason: choice.reason,
        propensity: 1,
        weights: null,
        snapshotId: null,
      } as const
    case 'none':
      throw new ProblemError(
        'conflict',
        `expected an experiment that runs, found that nothing may be drawn and no control is declared: ${choice.reason}`,
        { more: { reason: choice.reason } },
      )
    default:
      return never(choice)
  }
}

/** The id is the request's: one that asks for something else under it is a mistake. */
function repeated(selection: Selection, order: SelectionOrder): Selected {
  const isSame =
    selection.experimentId === order.experiment.name &&
    selection.userId === order.userId &&
    selection.sessionId === order.sessionId
  if (isSame) return { selection, isRepeated: true }
  throw new ProblemError(
    'conflict',
    'expected a "selection_id" of its own, found that of another selection',
  )
}
