/** Events to `target/logs/assay.log`, or a folder of the user's: one line each with its time, kept across commands, cut when it grows too long. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Event, EventSink } from '../../core/event.ts'
import { never } from '../../core/never.ts'
import type { RunResult } from '../../core/run-result.ts'
import type { Surroundings } from '../surroundings.ts'

/** Then the file is renamed to assay.log.1 and a new one begun. */
const longestBytes = 10 * 1024 * 1024

/** Absolute; `logPath` is relative to the project. */
export function logFolder(
  { root, targetPath }: { readonly root: string; readonly targetPath: string },
  logPath: string | undefined,
): string {
  return logPath === undefined ? join(targetPath, 'logs') : resolve(root, logPath)
}

/** Writes each event that says something, then passes it on. A log that cannot be written never stops a run. */
export function withLogFile(
  folder: string,
  { now, secrets, emit: sink }: Pick<Surroundings, 'now' | 'secrets' | 'emit'>,
): EventSink {
  const path = join(folder, 'assay.log')
  let isUsable = prepare(folder, path)
  return (event) => {
    const line = describeEvent(event)
    if (isUsable && line !== undefined) {
      try {
        appendFileSync(path, `${now().toISOString()} ${secrets.hide(line)}\n`)
      } catch {
        isUsable = false
      }
    }
    sink(event)
  }
}

function prepare(folder: string, path: string): boolean {
  try {
    mkdirSync(folder, { recursive: true })
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (size > longestBytes) renameSync(path, `${path}.1`)
    return true
  } catch {
    return false
  }
}

function describeEvent(event: Event): string | undefined {
  switch (event.type) {
    case 'run-started':
      return `${event.command} started: target ${event.target} (${event.database}), ${event.total} nodes, ${event.threads} threads`
    case 'node-finished':
      return `${event.index}/${event.total} ${describeResult(event.result)}`
    case 'batch-finished':
      return `batch ${event.index}/${event.total} of ${event.node.uniqueId} ${event.batch} ${event.status} ${event.elapsedMs} ms`
    case 'run-finished':
      return `${event.interrupted ? 'interrupted' : 'finished'} after ${event.elapsedMs} ms, ${event.results.length} results`
    case 'diagnostic': {
      const { severity, code, message, span } = event.diagnostic
      const place = span === undefined ? '' : ` (${span.path}:${span.line}:${span.column})`
      return `${severity}[${code}] ${message}${place}`
    }
    case 'operation-finished':
      return `${event.operation.kind} ${event.index}/${event.total} ${describeResult(event.result)}`
    case 'ingest-started':
      return `${event.command} started: target ${event.target} (${event.database}), ${event.nodes.length} tables`
    case 'load-finished': {
      const { node, status, counts, elapsedMs } = event.result
      const { read, loaded, dead, duplicates } = counts
      return `${event.index}/${event.total} ${status} ${node.uniqueId} ${elapsedMs} ms, ${read} read, ${loaded} loaded, ${dead} dead, ${duplicates} duplicates`
    }
    case 'ingest-finished':
      return `${event.interrupted ? 'interrupted' : 'finished'} after ${event.elapsedMs} ms, ${event.results.length} tables`
    case 'dead-letters-written':
      return event.files
        .map(({ node, path, count }) => `${count} dead letters of ${node.uniqueId} in ${path}`)
        .join('; ')
    case 'dead-letters-waiting':
      return event.models
        .map(({ node, reasons, passed = 0 }) => {
          const waiting = reasons.map(({ reason, count }) => `${count} ${reason}`).join(', ')
          return `${node.uniqueId}: ${passed} dead letters pass, waiting: ${waiting || 'none'}`
        })
        .join('; ')
    case 'print':
    case 'log':
      return `log ${event.node ?? ''}: ${event.message}`
    case 'files-changed':
      return `changed: ${event.paths.join(', ')}`
    case 'export-started':
      return `export started: from target ${event.target} (${event.database}) to ${event.to}, ${event.total} relations`
    case 'relation-exported':
      return `${event.index}/${event.total} written ${event.node.uniqueId} ${event.rows} rows to ${event.location} ${event.elapsedMs} ms`
    case 'relation-export-started':
    case 'project-read':
    case 'node-started':
    case 'load-started':
    case 'load-progress':
    case 'watching':
    case 'request-served':
      return undefined
    case 'serving':
      return `serving at ${event.address}: target ${event.target} (${event.database})`
    default:
      return never(event)
  }
}

function describeResult(result: RunResult): string {
  const head = `${result.status} ${result.uniqueId} ${result.elapsedMs} ms`
  switch (result.status) {
    case 'success':
      return `${head} ${result.message}${result.rows === undefined ? '' : `, ${result.rows} rows`}`
    case 'error':
    case 'partial success':
      return `${head} ${result.diagnostics.map(({ code, message }) => `[${code}] ${message}`).join('; ')}`
    case 'skipped':
    case 'reused':
      return `${head} because of ${result.because}`
    case 'warn':
    case 'fail':
      return `${head} ${result.message}`
    case 'pass':
      return head
    default:
      return never(result)
  }
}
