/** Titled blocks of aligned lines, as `explain` and `status` print them. */
import type { Paint } from '../colours.ts'
import { padEnd, showControls, textWidth } from '../text-width.ts'

/** Nothing for a block without lines. */
export function section(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  if (lines.length === 0) return []
  return ['', paint('bold', title), ...lines.map((line) => `  ${line}`)]
}

/** Columns as wide as their widest cell; messages of several lines become one. */
export function alignedRows(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) =>
    row.map((cell) => showControls(cell.replaceAll(/\s*\n\s*/g, ' '))),
  )
  const count = Math.max(0, ...cells.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...cells.map((row) => textWidth(row[column] ?? ''))),
  )
  return cells.map((row) =>
    row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** `2026-01-02 03:04:05.678901+00` to the second. */
export function withoutFraction(time: string): string {
  return time.replace(/\.\d+/, '')
}
