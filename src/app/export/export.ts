/** `export`: tables and views to files or to another database, from one snapshot, the old whole until the new is. */
import type { Adapter } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import type { Result } from '../../core/result.ts'
import { migrateLedger } from '../../ledger/schema/migrate-ledger.ts'
import { isSameDatabase } from '../diff/diff-sides.ts'
import { logFolder, withLogFile } from '../files/log-file.ts'
import { loadProject, type LoadedProject } from '../load-project.ts'
import { describeDatabase, tellingPatience, withAdapter } from '../open-adapter.ts'
import { publishingCopies } from '../run/publish-copy.ts'
import type { Outcome, Surroundings } from '../surroundings.ts'
import { raiseWarnings } from '../warnings/raise-warnings.ts'
import { chooseRelations, type Exportable } from './choose-relations.ts'
import { type ExportContext, exportFault, ExportRefusedError } from './export-context.ts'
import { exportToDatabase } from './export-to-database.ts'
import { exportToFiles } from './export-to-files.ts'
import type { ExportedRelation, ExportOptions, ExportValue } from './export-use-case.ts'
import { type DatabaseDestination, type Destination, readDestination } from './read-destination.ts'

export async function exportRelations(
  options: ExportOptions,
  outside: Surroundings,
): Promise<Outcome<ExportValue>> {
  const loaded = await loadProject(options, outside)
  if (!loaded.ok) return { kind: 'invalid', diagnostics: loaded.diagnostics }
  const { project } = loaded.value.manifest
  const emit = withLogFile(logFolder(project, options.logPath), outside)
  const surroundings = { ...outside, emit }
  const destination = await readDestination(options, surroundings)
  if (!destination.ok) return { kind: 'invalid', diagnostics: destination.diagnostics }
  const wanted = await chooseRelations(loaded.value, destination.value, options)
  if (!wanted.ok) return { kind: 'invalid', diagnostics: wanted.diagnostics }
  if (wanted.value.length === 0) {
    return { kind: 'invalid', diagnostics: nothingMatches(wanted.warnings) }
  }
  const raised = raiseWarnings(surroundings, wanted.warnings)
  if (raised.length > 0) return { kind: 'invalid', diagnostics: raised }
  const request = {
    loaded: loaded.value,
    destination: destination.value,
    wanted: wanted.value,
    options,
    surroundings,
  }
  const clash = ontoItself(request)
  if (clash.length > 0) return { kind: 'invalid', diagnostics: clash }
  return flat(
    await withAdapter(
      project.target,
      (adapter) => begin(adapter, request),
      options.wait ? tellingPatience(surroundings) : undefined,
    ),
  )
}

interface ExportRequest {
  readonly loaded: LoadedProject
  readonly destination: Destination
  readonly wanted: readonly Exportable[]
  readonly options: ExportOptions
  readonly surroundings: Surroundings
}

function flat<T>(result: Result<Outcome<T>>): Outcome<T> {
  return result.ok ? result.value : { kind: 'invalid', diagnostics: result.diagnostics }
}

async function begin(adapter: Adapter, request: ExportRequest): Promise<Outcome<ExportValue>> {
  const { loaded, wanted, options, surroundings, destination } = request
  const { project } = loaded.manifest
  await migrateLedger(adapter)
  const runId = surroundings.newId()
  const { target } = project
  const database = describeDatabase(target, project.root)
  const context = { adapter, target, database, wanted, options, surroundings, runId }
  if (destination.kind === 'files') {
    return await settle(context, [adapter], () => exportToFiles(context, destination))
  }
  return flat(
    await withAdapter(
      destination.target,
      (into) => toDatabase({ context, into, destination }),
      options.wait ? tellingPatience(surroundings) : undefined,
    ),
  )
}

interface ToDatabase {
  readonly context: ExportContext
  readonly into: Adapter
  readonly destination: DatabaseDestination
}

async function toDatabase(request: ToDatabase): Promise<Outcome<ExportValue>> {
  const { context, into, destination } = request
  const { emit } = context.surroundings
  const copies = { adapter: into, target: destination.target, manifest: undefined, emit }
  const copied = await publishingCopies(copies, () =>
    settle(context, [into, context.adapter], () => exportToDatabase(request)),
  )
  const { value, fault } = copied
  return value.kind === 'done' && value.exitCode === 0 && fault !== undefined
    ? { ...value, exitCode: 1 }
    : value
}

async function settle(
  { options, surroundings }: ExportContext,
  adapters: readonly Adapter[],
  work: () => Promise<readonly ExportedRelation[]>,
): Promise<Outcome<ExportValue>> {
  const begun = surroundings.now().getTime()
  const elapsedMs = () => surroundings.now().getTime() - begun
  try {
    return doneWith(options, await work(), elapsedMs())
  } catch (error) {
    if (error instanceof ExportRefusedError) {
      return { kind: 'invalid', diagnostics: error.diagnostics }
    }
    const isInterrupted = surroundings.signal.aborted
    const value = {
      to: options.to,
      exports: [],
      elapsedMs: elapsedMs(),
      isFine: false,
      isInterrupted,
    }
    if (isInterrupted) return { kind: 'done', exitCode: 130, value }
    const diagnostic = exportFault(error, adapters)
    if (diagnostic === undefined) throw error
    surroundings.emit({ type: 'diagnostic', diagnostic })
    return { kind: 'done', exitCode: 1, value }
  }
}

/** A job that exports every night is not to pass with a misspelt name. */
function nothingMatches(warnings: readonly Diagnostic[]): readonly Diagnostic[] {
  const empty = warnings.filter(({ code }) => code === 'empty-selection')
  if (empty.length > 0) return empty.map((each) => ({ ...each, severity: 'error' }))
  return [
    errorDiagnostic({
      code: 'empty-selection',
      message: 'expected tables or views to export, found none that the selection leaves',
      hint: 'see what it matches: assay list --select <name>',
    }),
  ]
}

function doneWith(
  { to }: ExportOptions,
  exports: readonly ExportedRelation[],
  elapsedMs: number,
): Outcome<ExportValue> {
  return {
    kind: 'done',
    exitCode: 0,
    value: { to, exports, elapsedMs, isFine: true, isInterrupted: false },
  }
}

/** One transaction would read what the other replaces. */
function ontoItself({ loaded, destination }: ExportRequest): readonly Diagnostic[] {
  if (destination.kind === 'files') return []
  const { target } = loaded.manifest.project
  if (!isSameDatabase(target, destination.target)) return []
  return [
    errorDiagnostic({
      code: 'export-destination',
      message: `expected another database for --to, found "${destination.target.name}", the database that is read`,
      hint: 'a copy in the same database is a model: select * from {{ref "..."}}',
    }),
  ]
}
