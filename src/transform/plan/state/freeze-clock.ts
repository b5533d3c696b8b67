/** SQL with every wall clock in it stopped at one instant, for running the same query twice. */
import { type SqlToken, tokenizeSql } from '../../../project/sql/tokenize.ts'
import { findVolatileUses, type VolatileUse } from '../../../project/sql/volatile-functions.ts'
import { isTimeWord } from './wall-clock.ts'

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * For DuckDB and Postgres. `instant` is ISO 8601; dates and times of day are those of the session's time zone. Random
 * functions are left alone. A column that is nothing but a clock and has no alias gets another name.
 */
export function freezeClock(sql: string, instant: string): string {
  const clock = clockAt(instant)
  const uses = findVolatileUses(sql).filter((use) => use.function.volatility === 'clock')
  const edits = [...uses.flatMap((use) => editsOf(sql, use, clock)), ...timeWordEdits(sql, clock)]
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), sql)
}

interface Clock {
  /** A timestamptz. */
  readonly now: string
  /** What the time words of Postgres stand for, in UTC, without quotes. */
  readonly words: Readonly<Record<string, string>>
}

function clockAt(instant: string): Clock {
  const time = new Date(instant)
  const day = (offset: number) =>
    new Date(time.getTime() + offset * 86_400_000).toISOString().slice(0, 10)
  // Microseconds, where they are given, are kept.
  const fraction = /\.(\d+)/.exec(instant)?.[1] ?? ''
  const seconds = time.toISOString().slice(0, 19).replace('T', ' ')
  const text = `${seconds}${fraction === '' ? '' : `.${fraction}`}+00`
  return {
    now: `cast('${text}' as timestamptz)`,
    words: { now: text, today: day(0), tomorrow: day(1), yesterday: day(-1) },
  }
}

function editsOf(sql: string, use: VolatileUse, { now }: Clock): readonly Edit[] {
  const { first, name, parentheses } = use
  const { name: asked } = use.function
  if (parentheses !== undefined && asked === 'age') {
    const midnight = `cast(cast(${now} as date) as timestamp)`
    return [{ ...span(parentheses.open), text: `(${midnight}, ` }]
  }
  if (parentheses !== undefined && asked === 'ago') {
    return [
      { start: first.start, end: name.end, text: `(${now} - cast` },
      { ...span(parentheses.close), text: ' as interval))' },
    ]
  }
  const end = parentheses?.close.end ?? name.end
  const precision =
    parentheses === undefined ? '' : sql.slice(parentheses.open.start, parentheses.close.end)
  return [{ start: first.start, end, text: frozen(asked, { now, precision }) }]
}

function span({ start, end }: SqlToken): { readonly start: number; readonly end: number } {
  return { start, end }
}

/** The type each function has, on the databases that know it. */
function frozen(
  name: string,
  { now, precision }: { readonly now: string; readonly precision: string },
): string {
  const digits = /\d+/.exec(precision)?.[0]
  const typed = (type: string) => (digits === undefined ? type : `${type}(${digits})`)
  switch (name) {
    case 'current_date':
    case 'today':
      return `cast(${now} as date)`
    case 'current_time':
    case 'get_current_time':
      return `cast(${now} as ${typed('timetz')})`
    case 'localtime':
    case 'current_localtime':
      return `cast(cast(${now} as timestamp) as ${typed('time')})`
    case 'localtimestamp':
    case 'current_localtimestamp':
      return `cast(${now} as ${typed('timestamp')})`
    case 'timeofday':
      return `to_char(${now}, 'Dy Mon DD HH24:MI:SS.US YYYY TZ')`
    default:
      return digits === undefined ? now : `cast(${now} as ${typed('timestamptz')})`
  }
}

const timeTypes = ['date', 'time', 'timestamp', 'timestamptz', 'timetz']

/** `'today'::date`, `timestamp 'now'`, `cast('now' as timestamp)`; a bare `'today'` may be a text. */
function timeWordEdits(sql: string, { words }: Clock): readonly Edit[] {
  const tokens = tokenizeSql(sql).filter((token) => token.kind !== 'comment')
  const wordAt = (index: number) => tokens[index]?.text.toLowerCase() ?? ''
  return tokens.flatMap((token, index) => {
    if (!isTimeWord(token)) return []
    const text = words[token.text.slice(1, -1).trim().toLowerCase()]
    const isCast = ['as', '::'].includes(wordAt(index + 1)) && timeTypes.includes(wordAt(index + 2))
    const isTyped = timeTypes.includes(wordAt(index - 1)) || wordAt(index - 1) === 'zone'
    return text === undefined || !(isCast || isTyped) ? [] : [{ ...span(token), text: `'${text}'` }]
  })
}
