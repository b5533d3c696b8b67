/** Where loading keeps its files: the one place that knows the folders. */
import { isAbsolute, join } from 'node:path'

/**
 * Below `load-path` (default: `load`), a folder for each target, and in it:
 *
 *     staging/<source>.<table>/      batches that are fetched and not yet in the database
 *     archive/<source>.<table>/      batches that are in the database
 *     quarantine/<source>.<table>/   batches that failed again and again
 *     dead_letter/<source>.<table>/  records that could not be loaded: a file per run
 *     processed/<source>.<table>/    source files that were loaded, with `after_load: move`
 *     captured/<source>.<table>/     events that were accepted over HTTP and are not in a batch yet
 */
export const loadFolders = [
  'staging',
  'archive',
  'quarantine',
  'dead_letter',
  'processed',
  'captured',
] as const
export type LoadFolder = (typeof loadFolders)[number]

/** Of one table, absolute. */
export type TableFolders = Readonly<Record<LoadFolder, string>>

export interface LoadPlace {
  /** Of the project. */
  readonly root: string
  /** Absolute, or below `root`. */
  readonly loadPath: string
  readonly target: { readonly name: string }
}

/** Of the target, below `load-path`; absolute. */
export function targetFolder({ root, loadPath, target }: LoadPlace): string {
  return join(isAbsolute(loadPath) ? loadPath : join(root, loadPath), target.name)
}

/** `table` is `<source>.<table>`. */
export function tableFolders(folder: string, table: string): TableFolders {
  const of = (kind: LoadFolder) => join(folder, kind, safeName(table))
  return {
    staging: of('staging'),
    archive: of('archive'),
    quarantine: of('quarantine'),
    dead_letter: of('dead_letter'),
    processed: of('processed'),
    captured: of('captured'),
  }
}

function safeName(table: string): string {
  return table.replaceAll(/[^\w.-]/g, (character) =>
    Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  )
}

const batchPrefix = 'processing_batch_'
const batchPattern = /^processing_batch_\d{8}_\d{6}_\d{6}_[0-9a-f]{8}\.jsonl$/

/** Sorts in the order in which batches were made: time, number in the run, part of the run's id. */
export function batchIdOf(made: { at: Date; index: number; runId: string }): string {
  const [day = '', time = ''] = made.at.toISOString().replaceAll(/[-:]/g, '').split('T')
  const run = made.runId.replaceAll('-', '').slice(0, 8).padEnd(8, '0')
  return `${batchPrefix}${day}_${time.slice(0, 6)}_${String(made.index).padStart(6, '0')}_${run}`
}

export function batchFileName(batchId: string): string {
  return `${batchId}.jsonl`
}

export function isBatchFile(name: string): boolean {
  return batchPattern.test(name)
}

/** What is being written has this behind its name: nobody takes it for whole. */
export const unfinished = '.tmp'

/** `20261126_163019_1a2b3c4d.jsonl`: the dead letters of a run. */
export function deadLetterFileName(run: { readonly at: Date; readonly runId: string }): string {
  const id = batchIdOf({ ...run, index: 0 }).slice(batchPrefix.length)
  return `${id.slice(0, 15)}_${id.slice(-8)}.jsonl`
}

/** Events that are being written, and the same file once nobody writes to it any more. */
const openCapture = '.jsonl.open'
const capturePattern = /^events_\d{8}_\d{6}_\d{6}_[0-9a-f]{8}\.jsonl$/

/** Sorts in the order in which they were begun. `runId`: of who writes it. */
export function captureFileName(made: { at: Date; index: number; runId: string }): string {
  return `events_${batchIdOf(made).slice(batchPrefix.length)}${openCapture}`
}

export function isCaptureFile(name: string): boolean {
  return capturePattern.test(name)
}

export function isOpenCapture(name: string): boolean {
  return name.endsWith(openCapture) && isCaptureFile(sealedName(name))
}

export function sealedName(name: string): string {
  return name.endsWith('.open') ? name.slice(0, -'.open'.length) : name
}
