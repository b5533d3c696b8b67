/** The dead letters of a run and table as a file, made from the ledger: whole or not there, and made again after a crash. */
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDeadLetters, type StoredDeadLetter } from '../../ledger/loads/dead-letters.ts'
import { readRunStart } from '../../ledger/loads/loads.ts'
import { moveDurably } from '../durable.ts'
import { deadLetterFileName, unfinished } from '../folders.ts'
import { namesIn } from '../names-in.ts'
import type { TableContext } from '../table/load-table-types.ts'

/**
 * A mark says that the file of a run is owed. It is there before the batch leaves the staging folder, so that no crash
 * makes anybody forget it; what is in it is the run's id.
 */
export async function oweDeadLetterFile(context: TableContext, runId: string): Promise<void> {
  const folder = context.folders.dead_letter
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, markName(runId)), runId)
}

const markEnding = `.owed${unfinished}`

function markName(runId: string): string {
  return `${createHash('sha256').update(runId).digest('hex').slice(0, 16)}${markEnding}`
}

/** Of all runs that owe one; gives the paths that hold something. */
export async function writeOwedFiles(context: TableContext): Promise<readonly string[]> {
  const folder = context.folders.dead_letter
  const written: string[] = []
  for (const name of await namesIn(folder)) {
    if (!name.endsWith(markEnding)) continue
    const mark = join(folder, name)
    const path = await writeFileOf(context, await readFile(mark, 'utf8'))
    if (path !== undefined) written.push(path)
    await rm(mark, { force: true })
  }
  return written
}

/** undefined: the run has none in this table. */
async function writeFileOf(context: TableContext, runId: string): Promise<string | undefined> {
  const { adapter, folders, owner, signal, now } = context
  return await adapter.session({ signal }, async (session) => {
    const at = (await readRunStart(session, runId)) ?? now()
    const path = join(folders.dead_letter, deadLetterFileName({ at, runId }))
    const temporary = path + unfinished
    const handle = await open(temporary, 'w')
    let count = 0
    try {
      const choice = { relationKey: owner.relationKey, runId, codes: [], isWaiting: false }
      let waiting = ''
      for await (const letter of readDeadLetters(session, adapter.dialect, choice)) {
        count += 1
        waiting += lineOf(letter, runId)
        if (waiting.length < 65_536) continue
        await handle.write(waiting)
        waiting = ''
      }
      await handle.write(waiting)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (count > 0) await moveDurably(temporary, path)
    else await rm(temporary, { force: true })
    return count > 0 ? path : undefined
  })
}

function lineOf(letter: StoredDeadLetter, runId: string): string {
  const line = {
    dead_letter_id: letter.id,
    code: letter.code,
    message: letter.message,
    field: letter.field ?? null,
    source: letter.source,
    line: letter.line,
    offset: letter.offset ?? null,
    original: letter.original,
    original_encoding: letter.encoding,
    batch_id: letter.batchId,
    run_id: runId,
    recorded_at: letter.recordedAt,
  }
  return `${JSON.stringify(line)}\n`
}
