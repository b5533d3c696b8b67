/** One kill of a build, and what must hold after it. */
import { converge, examine, outcomeOf } from '../aftermath.ts'
import type { Ended, Strike } from '../program.ts'
import type { Watcher } from '../world/watcher.ts'
import type { World } from '../world/world.ts'

export interface KillPoint {
  readonly strike?: Strike
  /** Instead of at a statement. */
  readonly afterMs?: number
  /** The next build starts at once: nobody looks, or waits for what the server still does. */
  readonly isImpatient?: boolean
  /** The next build is killed as well, after so long. */
  readonly againAfterMs?: number
}

export interface Killed {
  /** False: it had ended by itself before. */
  readonly isCounted: boolean
  readonly faults: readonly string[]
  readonly statement: string
}

export async function tryKill(world: World, watcher: Watcher, point: KillPoint): Promise<Killed> {
  const { strike, afterMs, againAfterMs } = point
  await world.feed()
  const before = await world.ledger()
  const killed = await killedBuild(world, { strike, afterMs })
  const isCounted = killed.signal === 'SIGKILL' && !killed.isEndless
  const ended = isCounted || killed.code === 0 ? [] : [outcomeOf(killed)]
  if (againAfterMs !== undefined) await killedBuild(world, { afterMs: againAfterMs })
  const isUnseen = point.isImpatient === true || againAfterMs !== undefined
  const examined = isUnseen ? undefined : await examine(world, before)
  const converged = await converge(world, examined?.ledger, await world.hasBegun(killed))
  const faults = [...ended, ...(examined?.faults ?? []), ...converged, ...watcher.takeFaults()]
  return { isCounted, faults, statement: killed.struck?.text ?? '' }
}

async function killedBuild(
  world: World,
  {
    strike,
    afterMs,
  }: { readonly strike?: Strike | undefined; readonly afterMs?: number | undefined },
): Promise<Ended> {
  const running = world.start(strike === undefined ? {} : { strike })
  const timer =
    afterMs === undefined ? undefined : setTimeout(() => running.child.kill('SIGKILL'), afterMs)
  const ended = await running.ended
  clearTimeout(timer)
  return ended
}
