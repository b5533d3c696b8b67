/** The growth half of the flagship in a folder of its own, with messages of the made-up shop to load. */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyFlagship, isOfPart } from '../../tests/support/copy-flagship.ts'
import { takeOnce } from '../measure.ts'

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const assay = join(repository, 'bin', 'assay.js')

/** Read what was loaded, and not the sample. */
export const vars = ['--vars', '{growth_messages: events}'] as const

/** Without the sample: what is loaded is what was generated. */
export async function createGrowthProject(folder: string): Promise<void> {
  await copyFlagship(
    folder,
    (path) => isOfPart(['growth'], path) && !/^[/]?(?:incoming|analyses)\b/.test(path),
  )
}

export interface Messages {
  readonly events: number
  /** Files that hold `events` lines together; one more of that size comes later. */
  readonly files: number
}

/** Writes them, and keeps the last file back: gives what brings it. A hundred in ten thousand are dirt of some kind. */
export function generateMessages(folder: string, { events, files }: Messages): () => void {
  const perFile = events / files
  const output = join(folder, 'incoming', 'events')
  takeOnce(
    [
      assay,
      ...'generate events --dirt 0.01'.split(' '),
      ...`--output ${output} --events ${events + perFile} --batch-size ${perFile}`.split(' '),
      ...`--users ${Math.max(50, events / 20)}`.split(' '),
    ],
    { cwd: folder },
  )
  const held = join(folder, 'held')
  mkdirSync(held)
  const [next, ...rest] = readdirSync(output).toSorted().slice(files)
  if (next === undefined) throw new Error('fewer files than there should be')
  for (const file of rest) rmSync(join(output, file))
  renameSync(join(output, next), join(held, next))
  return () => renameSync(join(held, next), join(output, next))
}
