/** What stood in the way of opening a DuckDB file, in words that say what to do. */
import { readFileSync } from 'node:fs'
import { ConnectionError } from '../../../core/database/database-errors.ts'
import { systemReason } from '../../../core/system/files.ts'
import { explainDuckdbError } from '../errors.ts'

const longestCommand = 120

/** Another process has the file open. */
export class LockedError extends ConnectionError {
  /** E.g. `process 123 (node server.js)`. */
  readonly holder: string
  constructor(holder: string, message: string, hint: string) {
    super('database-locked', message, hint)
    this.holder = holder
  }
}

export function toConnectionError(error: unknown, path: string): ConnectionError {
  if (error instanceof ConnectionError) return error
  const text = error instanceof Error ? error.message : String(error)
  if (/could not set lock|conflicting lock/i.test(text)) return lockedError(text, path)
  if (/not a valid DuckDB database/i.test(text)) {
    return new ConnectionError(
      'not-a-database',
      `expected a DuckDB file, found something else: "${path}"`,
      'give `path:` the name of a DuckDB file, or of one that does not exist yet',
    )
  }
  const isDamaged = /serialization|corrupt|checksum|wal file/i.test(text)
  return new ConnectionError(
    'connection-failed',
    `could not open "${path}": ${reasonOf(error, text)}`,
    isDamaged
      ? 'the file is damaged: restore it, or move it away and build again'
      : 'check that the folder exists and that you may write to it',
  )
}

function lockedError(text: string, path: string): LockedError {
  const [, program, pid] = /lock is held in (.+?) \(PID (\d+)\)/.exec(text) ?? []
  const command = pid === undefined ? undefined : (commandOf(pid) ?? program)
  const holder =
    pid === undefined
      ? 'another process'
      : `process ${pid}${command === undefined ? '' : ` (${command})`}`
  return new LockedError(
    holder,
    `could not open "${path}": ${holder} has it open, and DuckDB lets one process at a time`,
    pid === undefined
      ? 'wait for it to end, or stop it'
      : `wait for it to end, or stop it: kill ${pid}`,
  )
}

/** undefined where there is no /proc, or the process is gone or someone else's. */
function commandOf(pid: string): string | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .replaceAll(/[\0\s]+/g, ' ')
      .trim()
    if (command === '') return undefined
    return command.length > longestCommand ? `${command.slice(0, longestCommand)}...` : command
  } catch {
    return undefined
  }
}

/** What the system or DuckDB has against a file. */
export function reasonOf(error: unknown, text: string): string {
  if (/permission denied/i.test(text)) return 'permission denied'
  return systemReason(error) ?? explainDuckdbError(error).message
}
