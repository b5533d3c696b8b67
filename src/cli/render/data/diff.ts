/** A diff to text: a line a relation, then what differs in each, then a count. */
import type { TableColumn } from '../../../core/adapter.ts'
import { never } from '../../../core/never.ts'
import type { DiffValue, NodeDiff } from '../../../app/use-cases.ts'
import type { Paint } from '../colours.ts'
import { enumerate, formatCount, plural } from '../counts.ts'
import { padEnd, textWidth } from '../text-width.ts'
import { renderTable } from './table-text.ts'

interface DiffTextOptions {
  readonly paint: Paint
  /** Columns of the terminal, which samples are cut to; undefined: nothing is cut. */
  readonly width: number | undefined
}

type Compared = Extract<NodeDiff, { readonly status: 'same' | 'different' }>
type Rows = Compared['rows']

const indent = '  '

/** Lines without their line ends. */
export function* diffText(value: DiffValue, options: DiffTextOptions): Generator<string> {
  const { nodes } = value
  const shown = nodes.filter(({ status }) => status !== 'absent')
  const width = Math.max(0, ...shown.map((node) => textWidth(titleOf(node))))
  for (const node of shown) {
    const title = padEnd(titleOf(node), width)
    yield `${statusWord(node, options.paint)}  ${title}  ${finding(node, value)}`.trimEnd()
  }
  for (const node of shown) {
    if (node.status !== 'different') continue
    yield ''
    yield options.paint('bold', titleOf(node))
    for (const line of details(node, value, options)) yield line === '' ? '' : indent + line
  }
  yield ''
  yield summary(value)
}

function titleOf({ relations }: NodeDiff): string {
  const { a, b } = relations
  return a === b ? a : `${a} / ${b}`
}

function statusWord(node: NodeDiff, paint: Paint): string {
  switch (node.status) {
    case 'same':
      return paint('green', 'same   ')
    case 'different':
      return paint('red', 'differs')
    case 'missing':
      return paint('red', 'missing')
    case 'error':
      return paint('red', 'error  ')
    case 'absent':
      return paint('dim', 'neither')
    default:
      return never(node)
  }
}

function finding(node: NodeDiff, { a, b }: DiffValue): string {
  switch (node.status) {
    case 'same':
      return `${plural(node.rows.counts.a, 'row')}${leftOutNote(node)}`
    case 'different':
      return [...rowFindings(node.rows), ...columnFindings(node)].join(', ')
    case 'missing':
      return `only in ${node.missingIn === 'a' ? `B (${b})` : `A (${a})`}`
    case 'error':
      return 'could not be read'
    case 'absent':
      return ''
    default:
      return never(node)
  }
}

function leftOutNote({ columns }: Compared): string {
  return columns.volatile.length === 0 ? '' : `, without ${columns.volatile.join(', ')}`
}

function rowFindings({ different, common, onlyInA, onlyInB, counts }: Rows): readonly string[] {
  const found = [
    ...(different === 0 ? [] : [`${formatCount(different)} of ${plural(common, 'row')} differ`]),
    ...(onlyInA.count === 0 ? [] : [`${formatCount(onlyInA.count)} only in A`]),
    ...(onlyInB.count === 0 ? [] : [`${formatCount(onlyInB.count)} only in B`]),
  ]
  return found.length === 0 ? [`${plural(counts.a, 'row')} alike`] : found
}

function columnFindings({ columns }: Compared): readonly string[] {
  const missing = columns.onlyInA.length + columns.onlyInB.length
  const types = columns.types.length
  return [
    ...(missing === 0 ? [] : [`${plural(missing, 'column')} only on one side`]),
    ...(types === 0 ? [] : [`${plural(types, 'type')} ${types === 1 ? 'differs' : 'differ'}`]),
  ]
}

function* details(node: Compared, value: DiffValue, options: DiffTextOptions): Generator<string> {
  const { columns, rows } = node
  const { counts, repeatedKeys } = rows
  yield `rows     ${formatCount(counts.a)} in A (${value.a}), ${formatCount(counts.b)} in B (${value.b})`
  yield `key      ${keyWords(rows)}`
  if (repeatedKeys.a + repeatedKeys.b > 0) {
    yield `         in several rows: ${plural(repeatedKeys.a, 'key')} in A, ${plural(repeatedKeys.b, 'key')} in B; the rows of such a key are compared as a set`
  }
  for (const { name, dataType } of columns.onlyInA) yield `column   ${name} ${dataType}: only in A`
  for (const { name, dataType } of columns.onlyInB) yield `column   ${name} ${dataType}: only in B`
  for (const { name, a, b } of columns.types) yield `type     ${name}: ${a} in A, ${b} in B`
  if (columns.volatile.length > 0) yield `left out ${columns.volatile.join(', ')} (volatile)`
  yield* matches(rows)
  yield* oneSided(rows, 'A', options)
  yield* oneSided(rows, 'B', options)
  yield* pairs(rows, options)
}

function keyWords({ key }: Rows): string {
  return key.columns.length === 0
    ? 'none: rows are compared whole (--key names one)'
    : `${key.columns.join(', ')} (${key.from})`
}

/** Columns that are equal everywhere are only counted. */
function* matches({ columns, common }: Rows): Generator<string> {
  const worse = columns.filter(({ equal }) => equal < common)
  if (worse.length === 0) return
  const width = Math.max(...worse.map(({ name }) => textWidth(name)))
  for (const [index, { name, equal }] of worse.entries()) {
    const label = index === 0 ? 'match   ' : '        '
    const differing = formatCount(common - equal)
    yield `${label} ${padEnd(name, width)}  ${percent(equal, common)}  ${differing} of ${plural(common, 'row')} differ`
  }
  const rest = columns.length - worse.length
  if (rest > 0)
    yield `         ${plural(rest, 'other column')} ${rest === 1 ? 'matches' : 'match'} everywhere`
}

/** Never `100%` while a row differs, never `0%` while one is equal. */
function percent(part: number, whole: number): string {
  const hundredths = Math.round((part / whole) * 10_000)
  const kept = Math.min(Math.max(hundredths, part > 0 ? 1 : 0), part < whole ? 9999 : 10_000)
  return `${(kept / 100).toFixed(2)}%`.padStart(7)
}

function* oneSided(
  { onlyInA, onlyInB, names, columns }: Rows,
  side: 'A' | 'B',
  options: DiffTextOptions,
): Generator<string> {
  const { count, rows } = side === 'A' ? onlyInA : onlyInB
  if (count === 0) return
  yield ''
  yield `only in ${side}: ${plural(count, 'row')}${shownOf(rows.length, count)}`
  if (rows.length === 0) return
  // The key first, as it tells the row.
  const keyed = columns.length > 0
  const places = keyed ? keyFirst(names, columns) : names.map((_, index) => index)
  const table = {
    columns: places.map((place) => textColumn(names[place] ?? '')),
    rows: rows.map((row) => places.map((place) => shownCell(row[place]))),
  }
  yield* indented(renderTable(table, options))
}

function keyFirst(names: readonly string[], columns: Rows['columns']): readonly number[] {
  const others = new Set(columns.map(({ name }) => name))
  const places = names.map((_, index) => index)
  const isKey = (place: number) => !others.has(names[place] ?? '')
  return [...places.filter(isKey), ...places.filter((place) => !isKey(place))]
}

/** A line a cell that differs: the key, the column, both values. */
function* pairs(rows: Rows, options: DiffTextOptions): Generator<string> {
  const { samples, names, key, different } = rows
  if (different === 0) return
  yield ''
  yield `rows that differ: ${formatCount(different)}${shownOf(samples.length, different)}`
  if (samples.length === 0) return
  const keyPlaces = key.columns.map((name) => names.indexOf(name))
  const lines = samples.flatMap(({ a, b, equal }) =>
    names.flatMap((name, place) =>
      equal[place] === true
        ? []
        : [
            [
              ...keyPlaces.map((at) => shownCell(a[at])),
              name,
              shownCell(a[place]),
              shownCell(b[place]),
            ],
          ],
    ),
  )
  const columns = [...key.columns, 'column', 'A', 'B'].map(textColumn)
  yield* indented(renderTable({ columns, rows: lines }, options))
}

/** Empty text could not be seen beside NULL. */
function shownCell(cell: string | null | undefined): string | null {
  return cell === '' ? "''" : (cell ?? null)
}

function shownOf(shown: number, count: number): string {
  if (shown === count) return ''
  return shown === 0 ? '' : `, the first ${formatCount(shown)} (--limit -1 shows all)`
}

function textColumn(name: string): TableColumn {
  return { name, dataType: 'text', kind: 'text' }
}

function* indented(lines: readonly string[]): Generator<string> {
  for (const line of lines) yield indent + line
}

/** `12 relations: 9 the same, 2 differ, 1 missing on one side`. */
function summary({ nodes, a, b }: DiffValue): string {
  const count = (status: NodeDiff['status']) =>
    nodes.filter((node) => node.status === status).length
  const parts = [
    [count('same'), 'the same'],
    [count('different'), count('different') === 1 ? 'differs' : 'differ'],
    [count('missing'), 'missing on one side'],
    [count('error'), 'could not be read'],
    [count('absent'), 'in neither'],
  ] as const
  const words = parts.filter(([number]) => number > 0).map(([number, text]) => `${number} ${text}`)
  return `${plural(nodes.length, 'relation')} of ${a} (A) and ${b} (B): ${enumerate(words, 10)}`
}
