/** A relation that was written for an export to its line, and below it the types that are others there. */
import type { Event } from '../../../core/event.ts'
import { formatBytes, formatDuration, plural } from '../counts.ts'
import { nameOf } from '../node-name.ts'
import { padEnd, padStart } from '../text-width.ts'

const rowsWidth = '100,000 rows'.length
const bytesWidth = '999 bytes'.length

type Exported = Extract<Event, { readonly type: 'relation-exported' }>

/** `  1/2  gold.segments  1,204 rows  34 kB  0.05s  exports/segments.csv`. */
export function exportLines(event: Exported, nameWidth: number): readonly string[] {
  const { node, index, total, rows, bytes, elapsedMs, location, notes } = event
  const number = `${String(index).padStart(String(total).length + 2)}/${total}`
  const parts = [
    number,
    padEnd(nameOf(node), nameWidth),
    padStart(plural(rows, 'row'), rowsWidth),
    ...(bytes === undefined ? [] : [padStart(formatBytes(bytes), bytesWidth)]),
    formatDuration(elapsedMs).padStart(6),
    location,
  ]
  const indent = ' '.repeat(number.length + 2)
  return [parts.join('  '), ...notes.map((note) => `${indent}${note}`)]
}
