/** What an export has done: its closing line, and the whole of it as JSON. */
import type { ExportValue } from '../../../app/use-cases.ts'
import { relationKey } from '../../../core/relation.ts'
import type { Paint } from '../colours.ts'
import { formatBytes, formatDuration, plural } from '../counts.ts'

export function exportClosing(value: ExportValue, paint: Paint): string {
  const { exports, elapsedMs, isFine, isInterrupted } = value
  const time = formatDuration(elapsedMs)
  const ending = isInterrupted ? 'interrupted' : 'failed'
  if (!isFine) return `${paint('bold', `${ending} after ${time}`)}: ${paint('red', 'not exported')}`
  if (exports.length === 0) return 'nothing to export'
  const rows = exports.reduce((sum, each) => sum + each.rows, 0)
  const sizes = exports.flatMap(({ bytes }) => bytes ?? [])
  const size =
    sizes.length === 0 ? '' : `, ${formatBytes(sizes.reduce((sum, bytes) => sum + bytes, 0))}`
  const count = paint('green', `${exports.length} exported`)
  return `${paint('bold', `done in ${time}`)}: ${count}, ${plural(rows, 'row')}${size}`
}

export function* exportJson(value: ExportValue): Generator<string> {
  const exports = value.exports.map((each) => ({
    node: each.name,
    unique_id: each.uniqueId,
    relation: relationKey(each.relation),
    kind: each.kind,
    location: each.location,
    rows: each.rows,
    bytes: each.bytes ?? null,
    columns: each.columns.map(({ name, dataType }) => ({ name, type: dataType })),
    files: each.partitions,
    notes: each.notes,
    elapsed_ms: each.elapsedMs,
  }))
  const { to, isFine, elapsedMs } = value
  yield `${JSON.stringify({ to, is_fine: isFine, exports, elapsed_ms: elapsedMs }, undefined, 2)}\n`
}
