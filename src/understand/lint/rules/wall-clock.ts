/** `lint-wall-clock`: what differs from run to run in rows that stay: the clock, chance, sequences, the run itself. */
import { type Found, type LintedModel, shown, standIns } from '../linted-model.ts'
import { blockAt, type Query, type SelectItem } from '../query-blocks.ts'
import { insideOf, isSymbol, splitAtCommas, type SqlView } from '../sql-view.ts'

const bare = new Set([
  'current_timestamp',
  'current_date',
  'current_time',
  'localtime',
  'localtimestamp',
])

const calls = new Set([
  'now',
  'today',
  'get_current_timestamp',
  'get_current_time',
  'get_current_date',
  'current_localtimestamp',
  'current_localtime',
  'clock_timestamp',
  'statement_timestamp',
  'transaction_timestamp',
  'timeofday',
  'random',
  'random_normal',
  'uuid',
  'gen_random_uuid',
  'uuidv4',
  'uuidv7',
  'uuid_generate_v1',
  'uuid_generate_v4',
  'nextval',
])

const timeTypes = new Set(['date', 'time', 'timestamp', 'timestamptz', 'timetz'])

export function findWallClock(model: LintedModel): readonly Found[] {
  const { incremental, query, node } = model
  if (incremental === undefined) return []
  const { tokens } = query.view
  const volatile = volatileNames(query, incremental.volatileColumns)
  return tokens.flatMap((_, index) => {
    const end = endOfWallClock(query, index)
    if (end === undefined) return []
    const column = columnMade(query, index)
    if (column.some((name) => volatile.has(name))) return []
    const found = shown(model, index, end)
    const inlined = node === incremental ? '' : `, which inlines "${node.name}"`
    const name = column.at(-1)
    const list =
      name === undefined
        ? 'take it from the rows that are read'
        : `take it from the rows that are read, or say that the column differs: volatile_columns="${name}"`
    return [
      {
        code: 'lint-wall-clock',
        from: index,
        to: end,
        message: `expected the same value in every run of incremental model "${incremental.name}"${inlined}, found "${found}"`,
        hint: list,
      },
    ]
  })
}

/** The index of the last token of what differs from run to run; undefined when none begins here. */
function endOfWallClock({ view }: Query, index: number): number | undefined {
  const token = view.tokens[index]
  if (token === undefined) return undefined
  if (token.text.includes(standIns.runStartedAt) || token.text.includes(standIns.invocationId)) {
    return index
  }
  if (token.kind === 'string') return isCastNow(view, index) ? index : undefined
  const word = view.words[index] ?? ''
  const isPart = isSymbol(view, index - 1, '.') && view.words[index - 2] !== 'pg_catalog'
  if (word === '' || isPart || view.words[index - 1] === 'as') return undefined
  const closing = isSymbol(view, index + 1, '(') ? insideOf(view, index + 1).to : undefined
  if (bare.has(word)) return closing ?? index
  if (closing === undefined) return undefined
  // With one argument it counts from today.
  const isAge = word === 'age' && splitAtCommas(view, insideOf(view, index + 1)).length === 1
  return calls.has(word) || isAge ? closing : undefined
}

/** `timestamp 'now'`, `'today'::date`. */
function isCastNow(view: SqlView, index: number): boolean {
  if (!/^'(?:now|today|tomorrow|yesterday)'$/i.test(view.tokens[index]?.text ?? '')) return false
  if (timeTypes.has(view.words[index - 1] ?? '')) return true
  return isSymbol(view, index + 1, '::') && timeTypes.has(view.words[index + 2] ?? '')
}

/** The names of the columns that the token feeds, innermost first; none when it stands in a condition. */
function columnMade(query: Query, index: number): readonly string[] {
  const names: string[] = []
  for (let at = index; at >= 0; ) {
    const item = itemAt(query, at)
    if (item === undefined) return []
    if (item.name !== undefined) names.push(item.name)
    const parent = blockAt(query, at)?.parent ?? -1
    // A scalar subquery feeds the item that it stands in; a CTE or a derived table feeds nothing by itself.
    if (parent === -1 || itemAt(query, parent) === undefined) return names
    at = parent
  }
  return names
}

function itemAt(query: Query, index: number): SelectItem | undefined {
  return blockAt(query, index)?.items.find(({ range }) => range.from <= index && index < range.to)
}

/** The columns that may differ, and those that only hand their value on to one of them. */
function volatileNames(query: Query, columns: readonly string[]): ReadonlySet<string> {
  const names = new Set(columns.map((column) => column.toLowerCase()))
  const items = query.blocks.flatMap((block) => block.items)
  for (let before = -1; before < names.size; ) {
    before = names.size
    for (const { name, column } of items) {
      if (name !== undefined && column !== undefined && names.has(name)) names.add(column)
    }
  }
  return names
}
