/** What retention lets go, or has let go. */
import type { PruneValue } from '../../../app/use-cases.ts'
import type { Paint } from '../colours.ts'
import { formatBytes, plural } from '../counts.ts'
import { padEnd, padStart } from '../text-width.ts'

export function pruneText(value: PruneValue, paint: Paint): readonly string[] {
  const { isDone, unknown, keepsArchive, keepsDeadLetters } = value
  const lines = [...rowLines(value), ...folderLines(value)]
  return [
    ...(lines.length === 0 ? ['nothing is old enough'] : lines),
    ...unknown.map((path) => `kept, since the ledger does not know it: ${path}`),
    ...(keepsArchive
      ? [paint('dim', 'archived batches are kept: retention says no "archive"')]
      : []),
    ...(keepsDeadLetters
      ? [paint('dim', 'dead letters are kept: retention says no "dead_letters"')]
      : []),
    ...(lines.length === 0
      ? []
      : [isDone ? paint('green', 'removed') : paint('dim', '--yes does it')]),
  ]
}

function rowLines({ rows }: PruneValue): readonly string[] {
  return rows.map(
    ({ table, rows: count }) =>
      `  ${padEnd(`_assay.${table}`, 28)}  ${padStart(plural(count, 'row'), 12)}`,
  )
}

function folderLines({ files }: PruneValue): readonly string[] {
  const folders = [...new Set(files.map(({ folder }) => folder))]
  return folders.map((folder) => {
    const some = files.filter((file) => file.folder === folder)
    const bytes = some.reduce((sum, file) => sum + file.bytes, 0)
    return `  ${padEnd(folder, 28)}  ${padStart(plural(some.length, 'file'), 12)}  ${formatBytes(bytes)}`
  })
}

export function* pruneJson(value: PruneValue): Generator<string> {
  yield `${JSON.stringify(pruneFields(value), undefined, 2)}\n`
}

export function pruneFields({ isDone, rows, files, unknown }: PruneValue) {
  return { is_done: isDone, rows, files, unknown }
}
