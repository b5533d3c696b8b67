/** One export under way: where it reads, what of, and to whom it tells how far it is. */
import type { Adapter } from '../../core/adapter.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { systemReason } from '../../core/system/files.ts'
import type { Target } from '../../core/target.ts'
import { ExportMismatchError } from '../../serve/export/written-export.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Exportable } from './choose-relations.ts'
import type { ExportedRelation, ExportOptions } from './export-use-case.ts'

export interface ExportContext {
  /** Of the database that is read. */
  readonly adapter: Adapter
  readonly target: Target
  /** For people. */
  readonly database: string
  readonly wanted: readonly Exportable[]
  readonly options: ExportOptions
  readonly surroundings: Surroundings
  readonly runId: string
}

/** Nothing was begun: what was asked for cannot be exported like this. */
export class ExportRefusedError extends Error {
  readonly diagnostics: readonly Diagnostic[]
  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ message }) => message).join('\n'))
    this.name = 'ExportRefusedError'
    this.diagnostics = diagnostics
  }
}

/** Some of the files have taken their places, and one could not. */
export class PartlyPlacedError extends Error {
  /** Where the new ones are. */
  readonly placed: readonly string[]
  constructor(placed: readonly string[], cause: unknown) {
    super('an export could not take its place', { cause })
    this.name = 'PartlyPlacedError'
    this.placed = placed
  }
}

/** Said once nothing stands in the way. */
export function announce({ target, database, options, wanted, surroundings }: ExportContext): void {
  const { name } = target
  const total = wanted.length
  surroundings.emit({ type: 'export-started', target: name, database, to: options.to, total })
}

/** Says what begins and what was written of it. */
export async function telling(
  { surroundings, wanted }: ExportContext,
  each: Exportable,
  write: () => Promise<Omit<ExportedRelation, 'elapsedMs'>>,
): Promise<ExportedRelation> {
  const { emit, now, signal } = surroundings
  signal.throwIfAborted()
  const { node } = each
  const total = wanted.length
  const index = wanted.findIndex((other) => other.node === node) + 1
  const begun = now().getTime()
  emit({ type: 'relation-export-started', node, index, total })
  const written = { ...(await write()), elapsedMs: now().getTime() - begun }
  const { location, rows, bytes, notes, elapsedMs } = written
  const told = { location, rows, bytes, notes, elapsedMs }
  emit({ type: 'relation-exported', node, ...told, index, total })
  return written
}

/** What went wrong, in words; undefined for an error of our own. */
export function exportFault(error: unknown, adapters: readonly Adapter[]): Diagnostic | undefined {
  if (error instanceof PartlyPlacedError) return partFault(error, adapters)
  const hint = 'what was there before is as it was'
  if (error instanceof ExportMismatchError) {
    return errorDiagnostic({ code: 'export-failed', message: error.message, hint })
  }
  const reason = systemReason(error)
  if (reason !== undefined) {
    const path =
      error instanceof Error && 'path' in error ? `"${String(error.path)}"` : 'the export'
    return errorDiagnostic({
      code: 'export-failed',
      message: `expected to write ${path}, found ${reason}`,
      hint,
    })
  }
  if (!(error instanceof Error)) return undefined
  if (/^(?:Dependent|LeaseLost)Error$/.test(error.name)) {
    return errorDiagnostic({ code: 'export-failed', message: error.message, hint })
  }
  const isOfDatabase = /^(?:Duckdb|Postgres|CommitUnknown)Error$/.test(error.name)
  const adapter =
    adapters.find(({ dialect }) => error.name.toLowerCase().startsWith(dialect.name)) ?? adapters[0]
  if (adapter === undefined || !isOfDatabase) return undefined
  const { message, hint: advice } = adapter.explainError(error)
  const isFull = /no space left|disk full|could not write/i.test(message)
  return errorDiagnostic({
    code: 'export-failed',
    message: isFull
      ? `expected to write the export, found no space left on the disk: ${message}`
      : message,
    hint: advice ?? hint,
  })
}

function partFault({ placed, cause }: PartlyPlacedError, adapters: readonly Adapter[]) {
  const fault = exportFault(cause, adapters)
  if (fault === undefined || placed.length === 0) return fault
  return { ...fault, hint: `new are ${placed.join(', ')}; the others are as they were` }
}
