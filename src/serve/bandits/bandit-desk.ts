/** Selecting and steering together: what is published and what people have said, read again and again. */
import type { ExperimentValue } from '../../core/node/experiment.ts'
import type { ServeContext } from '../context.ts'
import { Fresh } from '../fresh.ts'
import { ProblemError } from '../problem.ts'
import type { BanditTables } from './bandit-tables.ts'
import type { ExperimentControl } from './control/control-state.ts'
import { type Acted, type ControlOrder, Controls } from './control/controls.ts'
import { readActions } from './control/read-actions.ts'
import { chooseArm } from './select/choose-arm.ts'
import { type PublishedWeights, readWeights } from './select/published-weights.ts'
import { type Selected, type SelectionOrder, Selections } from './select/selections.ts'

export class BanditDesk {
  readonly #context: ServeContext
  readonly #tables: BanditTables
  readonly #controls: Controls
  readonly #selections: Selections
  readonly #published: Fresh<PublishedWeights>
  #version = 0
  #opening: Promise<void> | undefined
  #stopListening: () => void = () => undefined

  constructor(context: ServeContext, tables: BanditTables) {
    const { database, now, log } = context
    this.#context = context
    this.#tables = tables
    this.#controls = new Controls(context, tables.actions)
    this.#selections = new Selections(context, tables)
    this.#published = new Fresh({
      read: async () => {
        if (tables.actions !== undefined) {
          this.#controls.learn(await readActions(database, tables.actions))
        }
        return await readWeights(database, tables)
      },
      now,
      version: () => this.#version,
      lasts: {
        onFault: (error) => {
          const message = error instanceof Error ? error.message : String(error)
          log(`weights could not be read again: ${message}`)
        },
      },
    })
  }

  /** Begins to read what is known; who asks meanwhile waits for it. */
  start(): void {
    this.#stopListening = this.#context.publications.subscribe(({ kind }) => {
      if (kind === 'built') this.#version += 1
    })
    this.#open().catch(() => undefined)
  }

  stop(): void {
    this.#stopListening()
  }

  experiments(): readonly ExperimentValue[] {
    return [...this.#tables.experiments.values()]
  }

  /** Throws a `ProblemError`. */
  experiment(name: string): ExperimentValue {
    const experiment = this.#tables.experiments.get(name)
    if (experiment !== undefined) return experiment
    throw new ProblemError(
      'not-found',
      this.#tables.fixed.includes(name)
        ? 'expected an experiment with "allocation: adaptive", found one with fixed shares'
        : 'expected the name of a declared experiment, found another one',
    )
  }

  async controlOf(experiment: ExperimentValue): Promise<ExperimentControl> {
    await this.#open()
    await this.#published.get()
    return this.#controls.of(experiment)
  }

  async select(order: SelectionOrder): Promise<Selected> {
    await this.#open()
    return await this.#selections.select(order, async () => {
      const published = await this.#published.get()
      const { experiment, segment } = order
      const control = this.#controls.of(experiment)
      const now = this.#context.now()
      return chooseArm({ experiment, control, published, segment, now }, this.#context.random())
    })
  }

  async act(order: ControlOrder): Promise<Acted> {
    await this.#open()
    // What another server has done meanwhile comes first.
    this.#version += 1
    await this.#published.again()
    return await this.#controls.act(order)
  }

  /** Once; tried again by the next who asks where it failed. */
  async #open(): Promise<void> {
    this.#opening ??= (async () => {
      await this.#tables.settled()
      await this.#published.again()
      await this.#selections.recall()
    })()
    try {
      await this.#opening
    } catch (error) {
      this.#opening = undefined
      throw error
    }
  }
}
