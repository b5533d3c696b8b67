/** Rows of a batch back to the records they were loaded from: by their place in the batch file, else by what they say. */
import { join } from 'node:path'
import { type Session } from '../../../core/adapter.ts'
import type { Dialect } from '../../../core/dialect.ts'
import { loadColumns } from '../../../core/load/load.ts'
import type { BatchInLedger, LoadedPart } from '../../../ledger/loads/loaded-batches.ts'
import { readBatch, readSummary } from '../../batch/read-batch.ts'
import { batchFileName, type TableFolders } from '../../folders.ts'
import { columnType } from '../../records/column-type.ts'
import type { DeclaredColumn } from '../../records/cell.ts'
import type { RecordReader } from '../../records/record-reader.ts'
import type { LoadedSource } from '../../table/load-table-types.ts'

export interface FoundOriginal {
  readonly text: string
  /** `json`: the record as it stands in the batch. `row`: what the raw table has of it, as the batch file is not there. */
  readonly encoding: 'json' | 'row'
  readonly source: string | undefined
  readonly line: number | undefined
  readonly offset: number | undefined
}

export interface RefusingTable {
  readonly node: LoadedSource
  readonly folders: TableFolders
  readonly columns: readonly DeclaredColumn[]
  readonly read: RecordReader
}

export interface BatchOfRefused {
  readonly id: string
  readonly batch: BatchInLedger
  readonly sequences: readonly number[]
}

interface RawRow {
  readonly sequence: number
  readonly part: LoadedPart | undefined
  readonly cells: readonly (string | null)[]
}

/** By `_load_seq`. What is neither in the batch nor in the raw table any more is absent. */
export async function findOriginals(
  { session, dialect }: { readonly session: Session; readonly dialect: Dialect },
  table: RefusingTable,
  batch: BatchOfRefused,
): Promise<ReadonlyMap<number, FoundOriginal>> {
  const rows = await readRawRows(session, dialect, { table, batch })
  const found = await inBatchFile(table, batch, rows)
  for (const { sequence, cells, part } of rows) {
    if (found.has(sequence)) continue
    const fields = table.columns.map(({ name }, index) => [name, cells[index] ?? null] as const)
    const text = JSON.stringify(Object.fromEntries(fields))
    const place = { source: part?.source, line: undefined, offset: undefined }
    found.set(sequence, { text, encoding: 'row', ...place })
  }
  return found
}

const rowsAtOnce = 5000

async function readRawRows(
  session: Session,
  dialect: Dialect,
  { table, batch }: { readonly table: RefusingTable; readonly batch: BatchOfRefused },
): Promise<readonly RawRow[]> {
  const sequence = dialect.quote(loadColumns.sequence)
  const names = table.columns.map(({ name }) => dialect.quote(name))
  const rows: RawRow[] = []
  for (let start = 0; start < batch.sequences.length; start += rowsAtOnce) {
    const some = batch.sequences.slice(start, start + rowsAtOnce)
    const found = session.readText(
      `select ${[sequence, ...names].join(', ')}
from ${dialect.relation(table.node.relation)}
where ${sequence} between ${Math.min(...some)} and ${Math.max(...some)}
and ${sequence} in (${some.join(', ')})
and ${dialect.quote(loadColumns.batch)} = ${dialect.literal(batch.id)}
order by ${sequence}`,
    )
    for await (const [at, ...cells] of found) {
      const number = Number(at)
      const { parts } = batch.batch
      const part = parts.find(({ firstSeq, lastSeq }) => firstSeq <= number && number <= lastSeq)
      rows.push({ sequence: number, part, cells })
    }
  }
  return rows
}

async function inBatchFile(
  table: RefusingTable,
  batch: BatchOfRefused,
  rows: readonly RawRow[],
): Promise<Map<number, FoundOriginal>> {
  const { archive, staging } = table.folders
  for (const folder of [archive, staging]) {
    const path = join(folder, batchFileName(batch.id))
    const origins = await readSummary(path).then(
      ({ parts }) => parts.map(({ source, part }) => originKey(source, part)),
      () => undefined,
    )
    if (origins === undefined) continue
    const byPlace = await findByPlace(table, path, { origins, rows })
    const missing = rows.filter(({ sequence }) => !byPlace.has(sequence))
    if (missing.length > 0) await findByContent(table, path, { missing, found: byPlace })
    return byPlace
  }
  return new Map()
}

function originKey(source: string, part: number): string {
  return `${part} ${source}`
}

/** The records of a part were numbered one after the other; what was loaded less, or has been erased since, shifts them. */
async function findByPlace(
  table: RefusingTable,
  path: string,
  { origins, rows }: { readonly origins: readonly string[]; readonly rows: readonly RawRow[] },
): Promise<Map<number, FoundOriginal>> {
  const wanted = new Map<string, RawRow>()
  for (const row of rows) {
    if (row.part === undefined) continue
    const { source, part, firstSeq } = row.part
    wanted.set(`${originKey(source, part)} ${row.sequence - firstSeq}`, row)
  }
  const counts = origins.map(() => 0)
  const found = new Map<number, FoundOriginal>()
  const sayOf = contentOf(table)
  for await (const lines of readBatch(path)) {
    for (const line of lines) {
      if (line.kind === 'dead') continue
      const at = counts[line.origin] ?? 0
      counts[line.origin] = at + 1
      const row = wanted.get(`${origins[line.origin] ?? ''} ${at}`)
      if (row === undefined) continue
      const said = table.read(line.text)
      if (said.ok && sayOf(said.cells) === sayOf(row.cells)) {
        found.set(row.sequence, originalOf(row, line))
      }
    }
  }
  return found
}

/** Records that say the same are the same: which of them it was makes no difference. */
async function findByContent(
  table: RefusingTable,
  path: string,
  {
    missing,
    found,
  }: { readonly missing: readonly RawRow[]; readonly found: Map<number, FoundOriginal> },
): Promise<void> {
  const sayOf = contentOf(table)
  const waiting = new Map<string, RawRow[]>()
  for (const row of missing) {
    const said = sayOf(row.cells)
    const alike = waiting.get(said) ?? []
    alike.push(row)
    waiting.set(said, alike)
  }
  for await (const lines of readBatch(path)) {
    for (const line of lines) {
      const said = line.kind === 'dead' ? undefined : table.read(line.text)
      if (line.kind === 'dead' || said?.ok !== true) continue
      const row = waiting.get(sayOf(said.cells))?.shift()
      if (row !== undefined) found.set(row.sequence, originalOf(row, line))
    }
  }
}

/** Of the columns that a database gives back as they were written, and of which others are there at all. */
function contentOf({ columns }: RefusingTable) {
  const isText = columns.map(({ dataType }) => columnType(dataType).kind === 'text')
  return (cells: readonly (string | null)[]): string =>
    JSON.stringify(
      isText.map((isPlain, index) => {
        const cell = cells[index] ?? null
        return isPlain || cell === null ? cell : true
      }),
    )
}

function originalOf(
  { part }: RawRow,
  line: { readonly text: string; readonly line: number; readonly offset: number | undefined },
): FoundOriginal {
  const { text, offset } = line
  return { text, encoding: 'json', source: part?.source, line: line.line, offset }
}
