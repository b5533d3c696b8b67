/** Relations to files: all of them written beside from one snapshot and counted, then each put in its place. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shownPath } from '../files/shown-path.ts'
import type { Session } from '../../core/adapter.ts'
import { errorDiagnostic } from '../../core/diagnostic.ts'
import { flush, systemReason } from '../../core/system/files.ts'
import { type Relation, relationKey } from '../../core/relation.ts'
import { type ExportRecord, recordExports } from '../../ledger/exports.ts'
import { countPartitions, type Partition } from '../../serve/export/export-query.ts'
import { inTheWay, placeFile, placeFolder } from '../../serve/export/files/place-export.ts'
import { openStaging, type Staging } from '../../serve/export/files/staging.ts'
import { writeParquetExport } from '../../serve/export/write-parquet-export.ts'
import { writeTextExport } from '../../serve/export/write-text-export.ts'
import { ExportMismatchError, type WrittenExport } from '../../serve/export/written-export.ts'
import { placeText } from './choose-relations.ts'
import { recordedOptions } from './recorded-options.ts'
import {
  announce,
  type ExportContext,
  ExportRefusedError,
  PartlyPlacedError,
  telling,
} from './export-context.ts'
import type { ExportedRelation } from './export-use-case.ts'
import { writeParquetByScratch } from './parquet-scratch.ts'
import { endingOf, type FileDestination } from './read-destination.ts'
import { type PlannedExport, readExtracts } from './read-extracts.ts'

/** Above it a mistake is likelier than a wish, and reading them is slow. */
const mostPartitions = 10_000

interface StagedExport {
  readonly planned: PlannedExport
  readonly staged: string
  readonly exported: ExportedRelation
}

export async function exportToFiles(
  context: ExportContext,
  destination: FileDestination,
): Promise<readonly ExportedRelation[]> {
  const { adapter, wanted, surroundings, options } = context
  await refuseWhatStands(context)
  const staging = await stagingIn(destination.folder)
  try {
    const inputs = wanted.map(({ relation }) => relation)
    const { signal } = surroundings
    const staged = await adapter.transaction({ inputs, signal }, async (session) => {
      const extracts = await readExtracts(session, wanted, options)
      if (!extracts.ok) throw new ExportRefusedError(extracts.diagnostics)
      announce(context)
      const done: StagedExport[] = []
      for (const planned of extracts.value) {
        done.push(await writeOne(session, { context, destination, staging, planned }))
      }
      return done
    })
    await placeAll(context, destination, staged)
    return staged.map(({ exported }) => exported)
  } finally {
    await staging.remove()
  }
}

async function refuseWhatStands({ wanted }: ExportContext): Promise<void> {
  const faults = []
  for (const { place } of wanted) {
    if (place.kind === 'table') continue
    const found = await inTheWay(place.path, place.kind === 'folder')
    if (found === undefined) continue
    faults.push(
      errorDiagnostic({
        code: 'export-destination',
        message: `expected ${place.kind === 'file' ? 'a file' : 'an earlier export'} or nothing at "${place.path}", found ${found}`,
        hint: 'move it away, or export to another folder',
      }),
    )
  }
  if (faults.length > 0) throw new ExportRefusedError(faults)
}

async function stagingIn(folder: string): Promise<Staging> {
  try {
    return await openStaging(folder)
  } catch (error) {
    const reason = systemReason(error)
    if (reason === undefined) throw error
    throw new ExportRefusedError([
      errorDiagnostic({
        code: 'export-destination',
        message: `expected a folder to write to at "${folder}", found ${reason}`,
        hint: 'it is made where it is missing; check the path and your rights',
      }),
    ])
  }
}

interface OneExport {
  readonly context: ExportContext
  readonly destination: FileDestination
  readonly staging: Staging
  readonly planned: PlannedExport
}

async function writeOne(session: Session, one: OneExport): Promise<StagedExport> {
  const { context, planned, staging } = one
  const { extract, node, relation, place } = planned
  const staged = join(staging.folder, node.uniqueId.replaceAll('/', '_'))
  const exported = await telling(context, planned, async () => {
    const expected = await countPartitions(session, context.adapter.dialect, extract)
    if (expected.length > mostPartitions) throw tooManyPartitions(planned, expected.length)
    const written = await writeFiles(session, one, { staged, expected })
    compareCounts(relation, expected, written)
    const isFolder = place.kind === 'folder'
    if (isFolder) await writeManifest(written, { context, planned })
    return {
      name: node.name,
      uniqueId: node.uniqueId,
      relation,
      kind: isFolder ? 'folder' : 'file',
      location: shownPath(context.surroundings.cwd, placeText(planned.place)),
      rows: written.rows,
      bytes: written.bytes,
      columns: extract.columns,
      partitions: written.partitions,
      notes: written.notes,
    } as const
  })
  return { planned, staged, exported }
}

async function writeFiles(
  session: Session,
  { context, destination, staging, planned }: OneExport,
  part: { readonly staged: string; readonly expected: readonly Partition[] },
): Promise<WrittenExport> {
  const { adapter, target, surroundings, options } = context
  const { dialect } = adapter
  const { form } = destination
  const order = { ...part, extract: planned.extract, partFile: `data${endingOf(form)}` }
  if (form.format !== 'parquet') {
    const { asNumbers } = options
    return await writeTextExport(session, dialect, { ...order, ...form, asNumbers })
  }
  const { compression } = form
  if (dialect.writesParquet) {
    return await writeParquetExport(session, dialect, { ...order, compression })
  }
  return await writeParquetByScratch(
    { session, dialect },
    { ...order, compression },
    { folder: staging.folder, timezone: target.timezone, signal: surroundings.signal },
  )
}

function compareCounts(
  relation: Relation,
  expected: readonly Partition[],
  written: WrittenExport,
): void {
  const total = expected.reduce((sum, { rows }) => sum + rows, 0)
  if (total !== written.rows) {
    throw new ExportMismatchError(relationKey(relation), { expected: total, found: written.rows })
  }
}

/** What a reader needs to know beside the files; hidden from those who read a folder by its files. */
async function writeManifest(
  { staged, rows, partitions }: WrittenExport,
  { context, planned }: Pick<OneExport, 'context' | 'planned'>,
): Promise<void> {
  const { extract, relation } = planned
  const manifest = {
    relation: relationKey(relation),
    exported_at: context.surroundings.now().toISOString(),
    run_id: context.runId,
    rows,
    columns: extract.columns.map(({ name, dataType }) => ({ name, type: dataType })),
    partition_by: extract.partitionBy,
    files: partitions,
  }
  const path = join(staged, '_assay.json')
  await writeFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`)
  await flush(path)
}

/** The ledger knows of a file before it is there, so that nothing that was ever put there is forgotten. */
async function placeAll(
  context: ExportContext,
  { form }: FileDestination,
  staged: readonly StagedExport[],
): Promise<void> {
  const { adapter, surroundings, runId } = context
  surroundings.signal.throwIfAborted()
  const records = staged.map(({ planned, exported }) => ({
    exportId: surroundings.newId(),
    runId,
    uniqueId: exported.uniqueId,
    relationKey: relationKey(planned.relation),
    kind: exported.kind,
    location: placeText(planned.place),
    format: form.format,
    rows: exported.rows,
    bytes: exported.bytes,
    options: recordedOptions(context, planned),
  }))
  const record = (phase: ExportRecord['phase'], some: typeof records) =>
    adapter.transaction({}, (session) =>
      recordExports(
        session,
        some.map((each) => ({ ...each, phase })),
      ),
    )
  await record('begun', records)
  const placed: typeof records = []
  try {
    for (const [index, { staged: from, planned }] of staged.entries()) {
      const { kind } = planned.place
      await (kind === 'folder' ? placeFolder : placeFile)(from, placeText(planned.place))
      placed.push(...records.slice(index, index + 1))
    }
  } catch (error) {
    throw new PartlyPlacedError(
      placed.map(({ location }) => location),
      error,
    )
  } finally {
    await record('done', placed)
  }
}

function tooManyPartitions({ extract }: PlannedExport, found: number): ExportRefusedError {
  return new ExportRefusedError([
    errorDiagnostic({
      code: 'export-failed',
      message: `expected at most ${mostPartitions} partitions by ${extract.partitionBy.join(', ')}, found ${found}`,
      hint: 'partition by something coarser, a day instead of a moment',
    }),
  ])
}
