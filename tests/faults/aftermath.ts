/** What must hold once something has gone wrong: whole states at once, and the same command again converges. */
import type { Ended } from './program.ts'
import { judgeLedger, judgeOneMore, judgeNow, newlyPublished } from './world/judge.ts'
import type { Ledger } from './world/ledger.ts'
import type { World } from './world/world.ts'

/** A build after a kill that takes longer has waited for someone who is dead. */
const longestMs = 30_000
/** The server may take so long to notice that a client is gone. */
const noticedMs = 10_000

export interface Examined {
  readonly faults: readonly string[]
  readonly ledger: Ledger
}

/** At once, before anything mends it: each table is as before or as after, and the ledger says the same. */
export async function examine(world: World, before: Ledger): Promise<Examined> {
  await world.database.settle()
  const look = await world.look()
  const ledger = await world.ledger()
  const faults = [...judgeNow(world, look), ...judgeLedger(world, { look, before, after: ledger })]
  return { faults: faults.map((fault) => `at once: ${fault}`), ledger }
}

/** The same command again; `before` undefined: how often it was published in between is not known. */
export async function converge(
  world: World,
  before: Ledger | undefined,
  hasBegun = true,
): Promise<readonly string[]> {
  const fresh = before === undefined ? new Set<string>() : newlyPublished(world, await world.look())
  const ended = await buildOnceFree(world, hasBegun)
  const isDone = ended.code === 0
  if (isDone) world.settle()
  const ledger = await world.ledger()
  const faults = [
    ...(isDone ? [] : [outcomeOf(ended)]),
    ...(ended.elapsedMs < longestMs ? [] : [`it took ${Math.round(ended.elapsedMs)} ms`]),
    ...judgeNow(world, await world.look()),
    ...(before === undefined ? [] : judgeOneMore(world, { before, after: ledger, fresh })),
    ...ledger.faults,
  ]
  return faults.map((fault) => `after the next build: ${fault}`)
}

/** Refused for the sake of a holder that is dead, it is tried again, but not for long. */
async function buildOnceFree(world: World, hasBegun: boolean): Promise<Ended> {
  const began = performance.now()
  for (;;) {
    const ended = await world.buildAgain(hasBegun)
    const isRefused = ended.code === 2 && namesHolder.test(ended.output)
    if (!isRefused || performance.now() - began > noticedMs) return ended
  }
}

/** The process that has the file or the lease. */
export const namesHolder = /process \d+/

/** A command that was hindered says what it met in its own words: never as a bug of the program. */
export function judgeEnd(
  ended: Ended,
  codes: readonly (number | null)[],
  longestEndMs: number = longestMs,
): readonly string[] {
  const isKnown = codes.includes(ended.code) && !/this is a bug/.test(ended.output)
  return [
    ...(isKnown ? [] : [`expected exit ${codes.join(' or ')}, found ${outcomeOf(ended)}`]),
    ...(ended.elapsedMs < longestEndMs ? [] : [`it took ${Math.round(ended.elapsedMs)} ms to end`]),
  ]
}

export function outcomeOf({ code, signal, isEndless, elapsedMs, output }: Ended): string {
  const endless = isEndless ? `no end after ${Math.round(elapsedMs)} ms, ` : ''
  const from = output.search(/^error/m)
  const text = output.slice(Math.max(from, 0)).replaceAll(/\n\s*/g, ' / ')
  const said = from < 0 ? text.slice(-longestSaid) : text.slice(0, longestSaid)
  return `${endless}exit ${code ?? signal}: ${said}`
}

const longestSaid = 500
