/** Killed before, during and after every single statement: of a first build, of one with new rows, of a full refresh. */
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import { Watcher } from '../world/watcher.ts'
import { countStatements, createBuilt } from '../world/start-built.ts'
import { World, type WorldOptions } from '../world/world.ts'
import { type StrikePlan, strikesAt } from './strikes.ts'
import { tryKill } from './try-kill.ts'

interface Variant extends StrikePlan {
  readonly name: string
  readonly about: string
  /** Every build is the first one of a database of its own. */
  readonly isFirst: boolean
  /** Default: both. */
  readonly engines?: Scenario['engines']
  readonly options: WorldOptions
}

export function killAtBoundaries(variant: Variant): Scenario {
  return {
    name: variant.name,
    about: variant.about,
    isKill: true,
    engines: variant.engines ?? ['duckdb', 'postgres'],
    run: (bench) => run(bench, variant),
  }
}

async function run(bench: Bench, variant: Variant): Promise<Outcome> {
  const tally = new Tally(bench)
  const stage = new Stage(bench, variant)
  const statements = await stage.count()
  bench.say(`${statements.length} statements`)
  for (const strike of strikesAt(bench, statements, variant)) {
    const { world, watcher } = await stage.next()
    const { isCounted, faults, statement } = await tryKill(world, watcher, { strike })
    if (!isCounted && faults.length === 0) continue
    const name = `${strike.at}:${strike.when}`
    tally.add(
      `${bench.engine.name} ${variant.name} at ${name} (${statement.replaceAll(/\s+/g, ' ').slice(0, 120)})\n    again: npm run test:faults -- --engine ${bench.engine.name} --scenario ${variant.name} --at ${name}`,
      faults,
    )
    if (faults.length > 0) stage.abandon()
  }
  await stage.end()
  return tally.outcome()
}

/** The worlds of one variant: one for all kills, or one for each. */
class Stage {
  readonly #bench: Bench
  readonly #variant: Variant
  #open: { readonly world: World; readonly watcher: Watcher } | undefined

  constructor(bench: Bench, variant: Variant) {
    this.#bench = bench
    this.#variant = variant
  }

  /** The statements of one whole build. */
  async count(): Promise<readonly string[]> {
    const { world } = await this.next()
    return await countStatements(world)
  }

  async next(): Promise<{ readonly world: World; readonly watcher: Watcher }> {
    if (this.#variant.isFirst) await this.end()
    if (this.#open !== undefined) return this.#open
    const { isFirst, options } = this.#variant
    const world = isFirst
      ? await World.create(this.#bench, options)
      : await createBuilt(this.#bench, options)
    this.#open = { world, watcher: await Watcher.start(world) }
    return this.#open
  }

  /** A world that was lost is of no use for the next kill. */
  abandon(): void {
    const open = this.#open
    this.#open = undefined
    void open?.watcher.stop()
  }

  async end(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await open?.watcher.stop()
    await open?.world.remove()
  }
}
