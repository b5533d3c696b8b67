/** A world with a first build done. */
import type { Bench } from '../scenario.ts'
import { World, type WorldOptions } from './world.ts'

export async function createBuilt(bench: Bench, options?: WorldOptions): Promise<World> {
  const world = await World.create(bench, options)
  await world.feed()
  const { code, output } = await world.build()
  if (code !== 0) throw new Error(`the first build failed: ${output}`)
  world.settle()
  return world
}

/** Of one whole build with new rows. */
export async function countStatements(world: World): Promise<readonly string[]> {
  await world.feed()
  const { code, output, statements } = await world.build({ isCounting: true })
  if (code !== 0) throw new Error(`the build that is counted failed: ${output}`)
  world.settle()
  return statements
}
