/** Events of a command to JSON lines: type, timestamp, then the event's own fields in snake_case. */
import type { Diagnostic } from '../../../core/diagnostic.ts'
import type { Event } from '../../../core/event.ts'
import { addCounts, noCounts } from '../../../core/load/load.ts'
import type { LoadResult } from '../../../core/load/load-result.ts'
import { never } from '../../../core/never.ts'
import type { Node } from '../../../core/node.ts'
import type { RunResult } from '../../../core/run-result.ts'
import { uniqueNames } from '../data/unique-names.ts'
import { kindOf, relationOf } from '../node-name.ts'
import type { Reporter } from './reporter.ts'
import { isBad } from './summary.ts'

interface JsonReporterOptions {
  readonly print: (line: string) => void
  readonly isQuiet: boolean
  readonly now: () => Date
}

/** Anything that JSON can hold; undefined fields are left out. */
type JsonFields = Readonly<Record<string, unknown>>

export class JsonReporter implements Reporter {
  readonly #options: JsonReporterOptions
  readonly #printed = new Set<string>()
  #running = 0

  constructor(options: JsonReporterOptions) {
    this.#options = options
  }

  get isBusy(): boolean {
    return this.#running > 0
  }

  readonly emit = (event: Event): void => {
    if (event.type === 'node-started') this.#running += 1
    if (event.type === 'node-finished') this.#running -= 1
    if (event.type === 'files-changed') this.#printed.clear()
    if (event.type === 'diagnostic') {
      this.invalid([event.diagnostic])
      return
    }
    if (this.#options.isQuiet && !isBadNews(event)) return
    this.say(event.type, fieldsOf(event))
  }

  invalid(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics) {
      const key = JSON.stringify(diagnostic)
      if (this.#printed.has(key)) continue
      this.#printed.add(key)
      if (this.#options.isQuiet && diagnostic.severity !== 'error') continue
      this.say('diagnostic', diagnosticFields(diagnostic))
    }
  }

  end(): void {
    // Each event was printed when it came.
  }

  /** One line. NaN and infinities are text in it, as in `assay show --output json`. */
  say(type: string, fields: JsonFields): void {
    const timestamp = this.#options.now().toISOString()
    const line = JSON.stringify({ type, timestamp, ...fields }, (_, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    )
    this.#options.print(line)
  }
}

function isBadNews(event: Event): boolean {
  if (event.type === 'print') return true
  if (event.type === 'node-finished' || event.type === 'operation-finished') {
    return isBad(event.result)
  }
  if (event.type === 'load-finished') return event.result.status !== 'success'
  return event.type === 'run-finished' && (event.interrupted || event.results.some(isBad))
}

function fieldsOf(event: Exclude<Event, { readonly type: 'diagnostic' }>): JsonFields {
  switch (event.type) {
    case 'node-started':
      return { index: event.index, total: event.total, node: nodeFields(event.node) }
    case 'node-finished':
      return {
        index: event.index,
        total: event.total,
        node: nodeFields(event.node),
        result: resultFields(event.result),
      }
    case 'batch-finished': {
      const { node, batch, status, rows = null, elapsedMs, index, total } = event
      return { index, total, node: nodeFields(node), batch, status, rows, elapsed_ms: elapsedMs }
    }
    case 'run-finished':
      return {
        elapsed_ms: event.elapsedMs,
        interrupted: event.interrupted,
        results: event.results.map((result) => ({
          unique_id: result.uniqueId,
          status: result.status,
        })),
      }
    case 'export-started': {
      const { target, database, to, total } = event
      return { target, database, to, total }
    }
    case 'relation-export-started':
      return { index: event.index, total: event.total, node: nodeFields(event.node) }
    case 'relation-exported': {
      const { node, location, rows, bytes = null, notes, elapsedMs, index, total } = event
      const named = { index, total, node: nodeFields(node) }
      return { ...named, location, rows, bytes, notes, elapsed_ms: elapsedMs }
    }
    case 'project-read':
      return { root: event.root }
    case 'run-started': {
      const { command, target, database, found, total, threads } = event
      return { command, target, database, found, total, threads }
    }
    case 'operation-finished': {
      const { operation, result, index, total } = event
      const { uniqueId, name, kind } = operation
      const named = { unique_id: uniqueId, name, kind }
      return { index, total, operation: named, result: resultFields(result) }
    }
    case 'ingest-started': {
      const { command, target, database, nodes } = event
      return { command, target, database, nodes: nodes.map(nodeFields) }
    }
    case 'load-started':
      return { node: nodeFields(event.node) }
    case 'load-progress': {
      const { node, counts, batches, elapsedMs } = event
      return { node: nodeFields(node), ...counts, batches, elapsed_ms: elapsedMs }
    }
    case 'load-finished':
      return { index: event.index, total: event.total, ...loadFields(event.result) }
    case 'ingest-finished': {
      const { results, elapsedMs, interrupted } = event
      const counts = results.map((result) => result.counts).reduce(addCounts, noCounts)
      return { ...counts, elapsed_ms: elapsedMs, interrupted }
    }
    case 'dead-letters-written':
      return {
        files: event.files.map(({ node, path, count }) => ({
          node: nodeFields(node),
          path,
          dead_letters: count,
        })),
      }
    case 'dead-letters-waiting':
      return {
        models: event.models.map(({ node, reasons, passed = null }) => ({
          node: nodeFields(node),
          reasons: Object.fromEntries(reasons.map(({ reason, count }) => [reason, count])),
          passed,
        })),
      }
    case 'print':
    case 'log':
      return { message: event.message, node: event.node }
    case 'files-changed':
      return { paths: event.paths }
    case 'serving': {
      const { address, target, database } = event
      return { address, target, database }
    }
    case 'request-served': {
      const { requestId, method, route = null, status, elapsedMs, caller = null } = event
      return {
        request_id: requestId,
        method,
        route,
        status,
        elapsed_ms: Math.round(elapsedMs * 1000) / 1000,
        key: caller,
      }
    }
    case 'watching':
      return { folders: event.folders }
    default:
      return never(event)
  }
}

function nodeFields(node: Node): JsonFields {
  return {
    unique_id: node.uniqueId,
    name: node.name,
    resource_type: node.resourceType,
    kind: kindOf(node),
    relation: relationOf(node),
    path: node.path,
  }
}

function resultFields(result: RunResult): JsonFields {
  const base = {
    status: result.status,
    started_at: result.startedAt,
    elapsed_ms: result.elapsedMs,
  }
  switch (result.status) {
    case 'success':
      return {
        ...base,
        rows: result.rows ?? null,
        message: result.message,
        set_aside: result.setAside,
        outside_batch: result.outsideBatch,
      }
    case 'reused':
    case 'skipped':
      return { ...base, because: result.because }
    case 'error':
      return {
        ...base,
        diagnostics: result.diagnostics.map(diagnosticFields),
        ...(result.batches === undefined ? {} : { batches: result.batches }),
      }
    case 'partial success':
      return {
        ...base,
        rows: result.rows ?? null,
        diagnostics: result.diagnostics.map(diagnosticFields),
        batches: result.batches,
      }
    case 'pass':
      return base
    case 'warn':
    case 'fail':
      return {
        ...base,
        failures: result.failures,
        message: result.message,
        sample: sampleRows(result),
      }
    default:
      return never(result)
  }
}

function loadFields(result: LoadResult): JsonFields {
  const { node, status, counts, batches, waiting, files, duplicateFiles, deadLetterFiles } = result
  const { refused, unfinished, aside } = result.leftFiles
  return {
    node: nodeFields(node),
    status,
    ...counts,
    batches,
    waiting,
    interrupted: result.isStopped,
    files,
    duplicate_files: duplicateFiles,
    refused_files: refused,
    unfinished_files: unfinished,
    left_alone_files: aside,
    dead_letter_files: deadLetterFiles,
    diagnostics: result.diagnostics.map(diagnosticFields),
    elapsed_ms: result.elapsedMs,
  }
}

function sampleRows({
  sample,
}: Extract<RunResult, { readonly status: 'warn' | 'fail' }>): readonly JsonFields[] {
  const names = uniqueNames(sample.columns.map(({ name }) => name))
  return sample.rows.map((row) =>
    Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])),
  )
}

function diagnosticFields({
  severity,
  code,
  message,
  span,
  hint,
  related,
}: Diagnostic): JsonFields {
  return {
    severity,
    code,
    message,
    span,
    hint,
    related,
  }
}
