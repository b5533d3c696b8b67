/** The disk is full while a build writes: a small disk of its own where that can be made, else a limit on the size of files. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { converge, examine, judgeEnd } from '../aftermath.ts'
import { type Bench, type Outcome, type Scenario, Tally } from '../scenario.ts'
import { createBuilt } from '../world/start-built.ts'
import type { World } from '../world/world.ts'

export const diskFull: Scenario = {
  name: 'disk-full',
  about: 'the disk of the database is full',
  isKill: false,
  engines: ['duckdb', 'postgres'],
  run,
}

/** Left free on the small disk. */
const freeKilobytes = {
  short: [0],
  full: [0, 4, 8, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128, 256],
} as const
/** What a single file may grow to. */
const fileBlocks = { short: [0], full: [0, 4, 8, 12, 16, 24, 32, 48, 64, 96] } as const
const diskMegabytes = { duckdb: 16, postgres: 40 } as const

async function run(bench: Bench): Promise<Outcome> {
  const tally = new Tally(bench)
  const disk = mountDisk(bench)
  if (disk === undefined) bench.say('no small disk could be made: only files are limited')
  else {
    try {
      await onSmallDisk(bench, tally, disk)
    } finally {
      execFileSync('umount', ['--lazy', disk])
      rmSync(disk, { recursive: true, force: true })
    }
  }
  if (bench.engine.name === 'duckdb') await withSmallFiles(bench, tally)
  bench.say(tally.codes)
  return tally.outcome()
}

/** Takes the rights of root. */
function mountDisk({ engine }: Bench): string | undefined {
  const place = mkdtempSync(join(tmpdir(), 'assay-faults-disk-'))
  try {
    const size = `size=${diskMegabytes[engine.name]}m,mode=777`
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', place], { stdio: 'ignore' })
    return place
  } catch {
    return undefined
  }
}

async function onSmallDisk(bench: Bench, tally: Tally, disk: string): Promise<void> {
  const database = await bench.engine.createDatabaseOn(disk)
  const world = await createBuilt(bench, { database, ...spillsTo(bench, disk) })
  for (const kilobytes of freeKilobytes[bench.length]) {
    await world.feed()
    const before = await world.ledger()
    const filler = fillDisk(disk, kilobytes)
    const ended = await world.build()
    tally.ended(ended.code)
    rmSync(filler)
    await add(tally, world, {
      point: `${bench.engine.name} with ${kilobytes} KB left on the disk: exit ${ended.code}`,
      faults: judgeEnd(ended, [0, 1, 2]),
      before,
    })
  }
  await world.remove()
}

function spillsTo({ engine }: Bench, disk: string): { readonly target?: readonly string[] } {
  return engine.name === 'duckdb' ? { target: [`temp_directory: ${join(disk, 'spill')}`] } : {}
}

function fillDisk(disk: string, leftKilobytes: number): string {
  const { bsize, bavail } = statfsSync(disk)
  const path = join(disk, 'filler')
  writeFileSync(path, Buffer.alloc(Math.max(0, bsize * bavail - leftKilobytes * 1024)))
  return path
}

/** Without the signal that would end the process: then a write fails as on a full disk. */
async function withSmallFiles(bench: Bench, tally: Tally): Promise<void> {
  const world = await createBuilt(bench)
  for (const blocks of fileBlocks[bench.length]) {
    await world.feed()
    const before = await world.ledger()
    const ended = await world.build({ limit: `trap '' XFSZ; ulimit -f ${blocks};` })
    tally.ended(ended.code)
    await add(tally, world, {
      point: `${bench.engine.name} with files of ${blocks} blocks at most: exit ${ended.code}`,
      faults: judgeEnd(ended, [0, 1, 2]),
      before,
    })
  }
  await world.remove()
}

async function add(
  tally: Tally,
  world: World,
  tried: {
    readonly point: string
    readonly faults: readonly string[]
    readonly before: Awaited<ReturnType<World['ledger']>>
  },
): Promise<void> {
  const examined = await examine(world, tried.before)
  const converged = await converge(world, examined.ledger)
  tally.add(tried.point, [...tried.faults, ...examined.faults, ...converged])
}
