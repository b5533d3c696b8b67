/** Refuses a `publish_copy` that would replace something else than an earlier copy, before anything runs. */
import { type Stats, statSync } from 'node:fs'
import { ConnectionError } from '../../../core/database/database-errors.ts'
import type { DuckdbTarget } from '../../../core/target.ts'
import { realPath } from '../files/real-path.ts'
import { reasonOf } from '../opening/open-errors.ts'

/** Throws a `ConnectionError`. Opens no file: closing it again would drop the lock of a database. */
export function checkCopyPath({ path, publishCopy }: DuckdbTarget): void {
  if (publishCopy === undefined) return
  const database = knownPath(path)
  if ([database, `${database}.wal`].includes(knownPath(publishCopy))) {
    throw refusal('a file beside the database', `the database itself: "${publishCopy}"`)
  }
  const found = look(publishCopy)
  if (found?.isDirectory() === true) throw refusal('a file', `a folder: "${publishCopy}"`)
  if (found !== undefined && (found.mode & 0o222) !== 0) {
    throw refusal('a read-only copy', `a file that can be written: "${publishCopy}"`)
  }
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw refusal('a file that can be written', `${reasonOf(error, String(error))}: "${path}"`)
  }
}

function refusal(expected: string, found: string): ConnectionError {
  return new ConnectionError(
    'invalid-value',
    `expected "publish_copy" to name ${expected}, found ${found}`,
    'name a file that does not exist yet: it is replaced after each commit',
  )
}

/** As it is written where its folder does not exist yet. */
function knownPath(path: string): string {
  if (path === ':memory:') return path
  try {
    return realPath(path)
  } catch {
    return path
  }
}
