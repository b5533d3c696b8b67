/** The dead letters of a model as files, one a run: which ones are in them, those that are new, and no more those that are none. */
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject, parseJson } from '../../../core/json.ts'
import { moveDurably } from '../../durable.ts'
import { unfinished } from '../../folders.ts'
import { linesOf } from '../../lines-of.ts'
import { namesIn } from '../../names-in.ts'
import type { FoundOriginal } from './find-originals.ts'
import { refusedKey, type RefusedRow } from './refused-row.ts'

export interface RefusedLetter extends RefusedRow {
  readonly model: string
  readonly runId: string
  /** ISO 8601, UTC. */
  readonly recordedAt: string
  /** undefined: it is neither in a batch nor in the raw table any more. */
  readonly original: FoundOriginal | undefined
}

/** As a line of the loader's dead letters, with the model that refuses it and the number of its row. */
export function letterLine(letter: RefusedLetter): string {
  const { model, batchId, sequence, reason, original, runId, recordedAt } = letter
  const line = {
    dead_letter_id: `${model}:${batchId}:${sequence}`,
    code: reason,
    message: `refused by ${model}: ${reason}`,
    field: null,
    source: original?.source ?? null,
    line: original?.line ?? null,
    offset: original?.offset ?? null,
    original: original?.text ?? null,
    original_encoding: original?.encoding ?? null,
    batch_id: batchId,
    load_seq: sequence,
    run_id: runId,
    recorded_at: recordedAt,
    model,
  }
  return `${JSON.stringify(line)}\n`
}

/** Names of the files of runs that began at this moment or later (`20261126_163019`), in order; empty: all. */
export async function refusedFilesSince(folder: string, since: string): Promise<readonly string[]> {
  const names = await namesIn(folder)
  return names.filter((name) => name.endsWith('.jsonl') && name.slice(0, 15) >= since).sort()
}

/** undefined: the line is no dead letter of a model. */
function keyOfLine(line: string): string | undefined {
  const json = parseJson(line)
  if (json === undefined || !isJsonObject(json)) return undefined
  const { batch_id: batchId, load_seq: sequence, code: reason } = json
  if (typeof batchId !== 'string' || typeof sequence !== 'number') return undefined
  return typeof reason === 'string' ? refusedKey({ batchId, sequence, reason }) : undefined
}

export async function readRefusedKeys(
  folder: string,
  names: readonly string[],
): Promise<Set<string>> {
  const keys = new Set<string>()
  for (const name of names) {
    for await (const line of textLines(join(folder, name))) {
      const key = keyOfLine(line)
      if (key !== undefined) keys.add(key)
    }
  }
  return keys
}

async function* textLines(path: string): AsyncGenerator<string> {
  for await (const line of linesOf(createReadStream(path))) yield line.toString('utf8')
}

/** Written beside and renamed: whole or not there. Gives how many lines it has; without any there is no file. */
export async function writeLines(path: string, lines: AsyncIterable<string>): Promise<number> {
  const temporary = path + unfinished
  let handle: FileHandle | undefined
  let count = 0
  try {
    for await (const line of lines) {
      if (handle === undefined) {
        await mkdir(join(path, '..'), { recursive: true })
        handle = await open(temporary, 'w')
      }
      await handle.write(line)
      count += 1
    }
    await handle?.sync()
  } catch (error) {
    await handle?.close()
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  await handle?.close()
  if (count > 0) await moveDurably(temporary, path)
  return count
}

/** Each file without these; one that has no others goes. */
export async function dropLines(
  folder: string,
  names: readonly string[],
  gone: ReadonlySet<string>,
): Promise<void> {
  if (gone.size === 0) return
  for (const name of names) {
    const path = join(folder, name)
    if (!(await hasOneOf(path, gone))) continue
    if ((await writeLines(path, linesWithout(path, gone))) === 0) await rm(path, { force: true })
  }
}

/** Most files have none of them, and stay as they are. */
async function hasOneOf(path: string, gone: ReadonlySet<string>): Promise<boolean> {
  for await (const line of textLines(path)) {
    const key = keyOfLine(line)
    if (key !== undefined && gone.has(key)) return true
  }
  return false
}

async function* linesWithout(path: string, gone: ReadonlySet<string>): AsyncGenerator<string> {
  for await (const line of textLines(path)) {
    const key = keyOfLine(line)
    if (key === undefined || !gone.has(key)) yield line
  }
}
