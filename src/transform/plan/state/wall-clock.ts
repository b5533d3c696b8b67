/** What makes an SQL text give another result each time it is asked, though nothing it reads has changed. */
import { type SqlToken, tokenizeSql } from '../../../project/sql/tokenize.ts'
import { findVolatileUses } from '../../../project/sql/volatile-functions.ts'

/**
 * The first of it, as it stands in SQL: `now()`, `current_date`, `tablesample`. Strings count only where a database
 * takes them for a time (`'today'::date`) or for a file to read. undefined: the same rows in give the same rows out.
 */
export function findUnstable(sql: string): string | undefined {
  const uses = findVolatileUses(sql).map((use) => ({
    start: use.name.start,
    text: `${use.function.name}${use.parentheses === undefined ? '' : '()'}`,
  }))
  const clauses = findClauses(tokenizeSql(sql).filter((token) => token.kind !== 'comment'))
  return [...uses, ...clauses].sort((a, b) => a.start - b.start)[0]?.text
}

interface Place {
  readonly start: number
  readonly text: string
}

function findClauses(tokens: readonly SqlToken[]): readonly Place[] {
  return tokens.flatMap((token, index) => {
    const previous = tokens[index - 1]?.text.toLowerCase() ?? ''
    const next = tokens[index + 1]?.text ?? ''
    const word = token.kind === 'word' ? token.text.toLowerCase() : ''
    const isSample = word === 'tablesample' || (word === 'sample' && previous === 'using')
    if (isSample) return [{ start: token.start, text: word }]
    if (token.kind !== 'string') return []
    const isTime = isTimeWord(token) && (isCast(previous, next) || isCompared(previous, next))
    const isFile = ['from', 'join'].includes(previous) && /[./\\*]/.test(token.text)
    return isTime || isFile ? [{ start: token.start, text: token.text }] : []
  })
}

/** Postgres reads them as times wherever it needs one. */
export function isTimeWord(token: SqlToken): boolean {
  return token.kind === 'string' && /^'\s*(?:now|today|tomorrow|yesterday)\b/i.test(token.text)
}

function isCast(previous: string, next: string): boolean {
  const isTyped = ['date', 'time', 'timestamp', 'timestamptz', 'timetz', 'zone'].includes(previous)
  return isTyped || previous === '(' || next === '::'
}

/** `day = 'today'`: a text or a date, which only the database knows. */
function isCompared(previous: string, next: string): boolean {
  const isComparison = (text: string) =>
    ['=', '<>', '!=', '<', '>', '<=', '>=', 'between', 'and'].includes(text)
  return isComparison(previous) || isComparison(next)
}
