/** `lint-timestamp-zone`: a TIMESTAMP without zone made of something whose zone the text does not say. */
import { type Found, type LintedModel, shown } from '../linted-model.ts'
import { plainColumn } from '../query-blocks.ts'
import {
  hasWords,
  insideOf,
  isSymbol,
  nameAt,
  splitAtCommas,
  type SqlView,
  type TokenRange,
} from '../sql-view.ts'

const casts = new Set(['cast', 'try_cast', 'safe_cast'])

/** What they give has no zone to lose, or lies in one zone by definition. */
const zoneless = new Set([
  'make_date',
  'make_timestamp',
  'epoch_ms',
  'last_day',
  'to_date',
  'date',
  'current_date',
])

export function findTimestampZone(model: LintedModel): readonly Found[] {
  const { view } = model.query
  return view.tokens.flatMap((_, index) => {
    const cast = castAt(view, index) ?? callAt(view, index)
    if (cast === undefined || isZoneSaid(model, cast)) return []
    const found = shown(model, cast.from, cast.to)
    return [
      {
        code: 'lint-timestamp-zone',
        from: cast.from,
        to: cast.to,
        message: `expected a time zone beside a timestamp, found "${found}": an offset in the value is dropped, or the connection's zone decides`,
        hint: cast.hint,
      },
    ]
  })
}

interface Cast {
  /** The first and the last token. */
  readonly from: number
  readonly to: number
  readonly operand: TokenRange
  readonly hint: string
}

/** `cast(x as timestamp)`, `x::timestamp`. */
function castAt(view: SqlView, index: number): Cast | undefined {
  if (isSymbol(view, index, '::')) {
    const end = endOfPlainTimestamp(view, index + 1)
    const operand = { from: startOfOperand(view, index), to: index }
    return end === undefined
      ? undefined
      : { ...operand, operand, to: end, hint: hintFor(view, operand) }
  }
  if (!casts.has(view.words[index] ?? '') || !isSymbol(view, index + 1, '(')) return undefined
  const inside = insideOf(view, index + 1)
  for (let at = inside.to - 1; at >= inside.from; at -= 1) {
    if (view.words[at] !== 'as' || view.parents[at] !== index + 1) continue
    if (endOfPlainTimestamp(view, at + 1) !== inside.to - 1) return undefined
    const operand = { from: inside.from, to: at }
    return { from: index, to: inside.to, operand, hint: hintFor(view, operand) }
  }
  return undefined
}

/** `strptime(text, '%Y')`, and Postgres' `to_timestamp(text, 'YYYY')`, which reads text in the connection's zone. */
function callAt(view: SqlView, index: number): Cast | undefined {
  const name = view.words[index] ?? ''
  const isReader = ['strptime', 'try_strptime', 'to_timestamp'].includes(name)
  if (!isReader || !isSymbol(view, index + 1, '(') || isSymbol(view, index - 1, '.'))
    return undefined
  const inside = insideOf(view, index + 1)
  const [, format] = splitAtCommas(view, inside)
  if (format === undefined) return undefined
  const text = view.tokens[format.from]?.text ?? ''
  if (/%z|%Z|TZ|OF/.test(text) || isMadeDate(view, index, inside.to)) return undefined
  const hint =
    name === 'to_timestamp'
      ? 'read it without zone and say which one is meant: .. at time zone'
      : `say which zone is meant: ${name}(..) at time zone 'UTC'`
  return { from: index, to: inside.to, operand: inside, hint }
}

/** Only the day is kept. */
function isMadeDate(view: SqlView, first: number, last: number): boolean {
  if (isSymbol(view, last + 1, '::') && view.words[last + 2] === 'date') return true
  return hasWords(view, last + 1, 'as date') && casts.has(view.words[first - 2] ?? '')
}

/** The index of the type's last token; undefined when it is another type or one with a zone. */
function endOfPlainTimestamp(view: SqlView, index: number): number | undefined {
  const isTimestamp = ['timestamp', 'datetime', 'timestamp_s', 'timestamp_ms', 'timestamp_ns']
  if (!isTimestamp.includes(view.words[index] ?? '')) return undefined
  const last = isSymbol(view, index + 1, '(') ? insideOf(view, index + 1).to : index
  if (hasWords(view, last + 1, 'with time zone')) return undefined
  return hasWords(view, last + 1, 'without time zone') ? last + 3 : last
}

/** `::` binds closest: one name, literal, call or parenthesis, with casts of its own. */
function startOfOperand(view: SqlView, cast: number): number {
  let at = cast - 1
  for (;;) {
    if (isSymbol(view, at, ')') || isSymbol(view, at, ']')) {
      const opening = [...view.closings].find(([, closing]) => closing === at)?.[0] ?? at
      at = nameAt(view, opening - 1) === undefined ? opening : opening - 1
    }
    if (isSymbol(view, at - 1, '.') || isSymbol(view, at - 1, '::')) at -= 2
    else return Math.max(at, 0)
  }
}

function hintFor(view: SqlView, operand: TokenRange): string {
  const start = view.tokens[operand.from]?.start ?? 0
  const text = view.sql.slice(start, view.tokens[operand.to - 1]?.end).replace(/\s+/g, ' ')
  const short = text.length > 30 || text.includes('__assay_') ? '..' : text
  return `say the zone: cast(${short} as timestamptz) at time zone 'UTC'`
}

function isZoneSaid(model: LintedModel, { operand, to }: Cast): boolean {
  const { view } = model.query
  // Anywhere inside: `(x at time zone 'UTC')::timestamp`, `strptime(x at time zone ..)`.
  for (let at = operand.from; at < operand.to; at += 1) {
    if (hasWords(view, at, 'at time zone')) return true
  }
  if (hasWords(view, to + 1, 'at time zone')) return true
  return view.tokens[operand.from]?.kind === 'string' && operand.to - operand.from === 1
    ? !hasOffset(view.tokens[operand.from]?.text ?? '')
    : hasNoZone(model, operand)
}

/** Of a literal: `'2026-01-01 10:00+02'`, `'.. 10:00Z'`. */
function hasOffset(text: string): boolean {
  return /:.*(?:\d\s*Z|[+-]\d\d(?::?\d\d)?|\sUTC)'$/i.test(text)
}

/** NULL, a date, or a column that is declared to be a date or to have no zone. */
function hasNoZone({ query: { view }, relations }: LintedModel, operand: TokenRange): boolean {
  const first = view.words[operand.from] ?? ''
  if (first === 'null' || zoneless.has(first)) return true
  const last = operand.to - 1
  if (view.words[last] === 'date' && isSymbol(view, last - 1, '::')) return true
  if (casts.has(first) && isSymbol(view, last, ')') && hasWords(view, last - 2, 'as date'))
    return true
  const column = plainColumn(view, operand)
  if (column === undefined) return false
  return [...relations.values()].some(
    (node) =>
      'columns' in node &&
      node.columns.some(
        ({ name, dataType = '' }) =>
          name.toLowerCase() === column &&
          /^(?:date|datetime|timestamp(?!tz)(?!.*with time zone))/i.test(dataType),
      ),
  )
}
