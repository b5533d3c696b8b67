/** Refuses a `publish_copy` or `publish_for` that would replace something else than an earlier copy, before anything runs. */
import { type Stats, statSync } from 'node:fs'
import { ConnectionError } from '../../../core/database/database-errors.ts'
import type { DuckdbTarget } from '../../../core/target.ts'
import { realPath } from '../files/real-path.ts'
import { reasonOf } from '../opening/open-errors.ts'

interface Copy {
  /** What it is called in assay.yml. */
  readonly key: string
  readonly path: string
}

/** Throws a `ConnectionError`. Opens no file: closing it again would drop the lock of a database. */
export function checkCopyPath({ path, publishCopy, publishFor = [] }: DuckdbTarget): void {
  const copies: readonly Copy[] = [
    ...(publishCopy === undefined ? [] : [{ key: 'publish_copy', path: publishCopy }]),
    ...publishFor.map((file) => ({ key: `publish_for.${file.role}`, path: file.path })),
  ]
  const taken = new Set<string>()
  for (const copy of copies) {
    checkOne(path, copy)
    const place = knownPath(copy.path)
    if (taken.has(place))
      throw refusal(copy, 'a file of its own', `that of another: "${copy.path}"`)
    taken.add(place)
  }
}

function checkOne(live: string, copy: Copy): void {
  const database = knownPath(live)
  if ([database, `${database}.wal`].includes(knownPath(copy.path))) {
    throw refusal(copy, 'a file beside the database', `the database itself: "${copy.path}"`)
  }
  const found = look(copy)
  if (found?.isDirectory() === true) throw refusal(copy, 'a file', `a folder: "${copy.path}"`)
  if (found !== undefined && (found.mode & 0o222) !== 0) {
    throw refusal(copy, 'a read-only copy', `a file that can be written: "${copy.path}"`)
  }
}

function look(copy: Copy): Stats | undefined {
  const { path } = copy
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    const found = `${reasonOf(error, String(error))}: "${path}"`
    throw refusal(copy, 'a file that can be written', found)
  }
}

function refusal({ key }: Copy, expected: string, found: string): ConnectionError {
  return new ConnectionError(
    'invalid-value',
    `expected "${key}" to name ${expected}, found ${found}`,
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
