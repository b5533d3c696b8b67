/** A table to aligned columns for people: numbers to the right, NULL dim, wide characters counted. */
import type { SqlValue, Table, TableColumn } from '../../../core/adapter.ts'
import type { Paint } from '../colours.ts'
import { cutEnd, padEnd, padStart, showControls, textWidth } from '../text-width.ts'
import { valueJson } from '../../../core/database/cell-text.ts'

interface TextTableOptions {
  readonly paint: Paint
  /** Columns of the terminal, which long text is cut to; undefined: nothing is cut. */
  readonly width: number | undefined
}

const gap = '  '
/** No column is cut below this many columns. */
const narrowest = 8

/** Lines without a line end: header, rule, rows. */
export function renderTable(table: Table, { paint, width }: TextTableOptions): readonly string[] {
  const names = table.columns.map((column) => showControls(column.name))
  const cells = table.rows.map((row) =>
    table.columns.map((_, index) => cellText(row[index] ?? null)),
  )
  const natural = names.map((name, index) =>
    cells.reduce((most, row) => Math.max(most, textWidth(row[index] ?? '')), textWidth(name)),
  )
  const widths = width === undefined ? natural : fitted(natural, width)
  const line = (texts: readonly string[], style: (text: string, index: number) => string): string =>
    texts
      .map((text, index) => {
        const columnWidth = widths[index] ?? 0
        const cut = cutEnd(text, columnWidth)
        const isLast = index === texts.length - 1
        const padded = isRight(table.columns[index])
          ? padStart(cut, columnWidth)
          : isLast
            ? cut
            : padEnd(cut, columnWidth)
        return style(padded, index)
      })
      .join(gap)
  return [
    line(names, (text) => paint('bold', text)),
    paint('dim', widths.map((columnWidth) => '-'.repeat(columnWidth)).join(gap)),
    ...table.rows.map((row, index) =>
      line(cells[index] ?? [], (text, column) =>
        (row[column] ?? null) === null ? paint('dim', text) : text,
      ),
    ),
  ]
}

function isRight(column: TableColumn | undefined): boolean {
  return column !== undefined && ['integer', 'decimal', 'double'].includes(column.kind)
}

function cellText(value: SqlValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return showControls(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return valueJson(value)
}

/** Takes from the widest columns first, until the line fits or none can give more. */
function fitted(natural: readonly number[], width: number): readonly number[] {
  const room = width - gap.length * (natural.length - 1)
  const total = natural.reduce((sum, columnWidth) => sum + columnWidth, 0)
  if (total <= room) return natural
  const limit = widestThatFits(natural, room)
  return natural.map((columnWidth) => Math.min(columnWidth, limit))
}

function widestThatFits(natural: readonly number[], room: number): number {
  for (let limit = Math.max(...natural); limit > narrowest; limit -= 1) {
    const total = natural.reduce((sum, columnWidth) => sum + Math.min(columnWidth, limit), 0)
    if (total <= room) return limit
  }
  return narrowest
}
