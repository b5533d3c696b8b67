/** Tables that SQL names by hand, beside those that the graph knows: nothing tells when their rows change. */
import { type Relation, relationKey } from '../../../core/relation.ts'
import { type SqlToken, tokenizeSql } from '../../../project/sql/tokenize.ts'

/**
 * As `relationKey` has them, each once, in order. `known`: what refs, sources and `this` were rendered to. Names of the
 * query's own CTEs do not count, functions neither. When in doubt a name is untracked, so that nothing is reused wrongly.
 */
export function findUntrackedReads(sql: string, known: readonly Relation[]): readonly string[] {
  const tokens = tokenizeSql(sql).filter((token) => token.kind !== 'comment')
  const tracked = new Set([
    ...known.map((relation) => relationKey(relation).toLowerCase()),
    ...known.map(({ schema, identifier }) => `${schema}.${identifier}`.toLowerCase()),
    ...commonTables(tokens),
  ])
  const names = tableNames(tokens).filter((name) => !tracked.has(name.toLowerCase()))
  return [...new Set(names)]
}

/** Between two parentheses, or at the top. */
interface Frame {
  /** The word before the parenthesis. */
  readonly behind: string
  hasSelect: boolean
  /** In a list of tables: behind a comma stands another one. */
  isInFrom: boolean
}

const beforeTable = new Set(['join', 'table', 'pivot', 'unpivot', 'summarize', 'describe'])
const afterFrom = new Set(
  'select where group order having limit offset window qualify union intersect except fetch'.split(
    ' ',
  ),
)
const beginsQuery = new Set(['select', 'with', 'values', 'from'])
/** Functions with a FROM of their own: `extract(year from at)`. */
const withFrom = new Set(['extract', 'substring', 'trim', 'overlay', 'position'])

function tableNames(tokens: readonly SqlToken[]): readonly string[] {
  const found: string[] = []
  const frames: Frame[] = [{ behind: '', hasSelect: false, isInFrom: false }]
  let isExpected: boolean = false
  for (const [index, token] of tokens.entries()) {
    const word = wordOf(token)
    const frame = frames.at(-1) ?? { behind: '', hasSelect: false, isInFrom: false }
    if (token.text === '(') {
      const behind = isExpected ? '' : wordOf(tokens[index - 1])
      // A table in parentheses, or a join of some.
      isExpected = isExpected && !beginsQuery.has(wordOf(tokens[index + 1]))
      frames.push({ behind, hasSelect: false, isInFrom: isExpected })
      continue
    }
    if (token.text === ')' && frames.length > 1) frames.pop()
    if (isExpected && ['lateral', 'only'].includes(word)) continue
    if (isExpected) found.push(...nameAt(tokens, index))
    frame.hasSelect ||= word === 'select'
    const isFrom = word === 'from' && isTableFrom(tokens, index, frame)
    if (isFrom || afterFrom.has(word)) frame.isInFrom = isFrom
    isExpected = isFrom || beforeTable.has(word) || (token.text === ',' && frame.isInFrom)
  }
  return found
}

function isTableFrom(tokens: readonly SqlToken[], index: number, frame: Frame): boolean {
  if (withFrom.has(frame.behind) && !frame.hasSelect) return false
  const isComparison =
    wordOf(tokens[index - 1]) === 'distinct' && ['is', 'not'].includes(wordOf(tokens[index - 2]))
  return !isComparison
}

/** `a`, `a.b`, `a.b.c`; none where a function is called, or no name stands. */
function nameAt(tokens: readonly SqlToken[], index: number): readonly string[] {
  const parts: string[] = []
  let at = index
  for (;;) {
    const part = partOf(tokens[at])
    if (part === undefined) return []
    parts.push(part)
    at += 1
    if (tokens[at]?.text !== '.') break
    at += 1
  }
  return tokens[at]?.text === '(' ? [] : [parts.join('.')]
}

function partOf(token: SqlToken | undefined): string | undefined {
  if (token?.kind === 'quoted-name') return token.text.slice(1, -1).replaceAll('""', '"')
  if (token?.kind !== 'word') return undefined
  return beginsQuery.has(wordOf(token)) ? undefined : token.text
}

/** What stands before `as (`, with or without a list of columns, in lower case. */
function commonTables(tokens: readonly SqlToken[]): readonly string[] {
  return tokens.flatMap((token, index) => {
    if (wordOf(token) !== 'as') return []
    const next = wordOf(tokens[index + 1])
    if (tokens[index + 1]?.text !== '(' && next !== 'materialized' && next !== 'not') return []
    const name = partOf(tokens[beforeColumns(tokens, index - 1)])
    return name === undefined ? [] : [name.toLowerCase()]
  })
}

/** The index of the name that a list of columns ending at `index` belongs to; `index` where there is no list. */
function beforeColumns(tokens: readonly SqlToken[], index: number): number {
  if (tokens[index]?.text !== ')') return index
  const open = tokens.slice(0, index).findLastIndex((token) => token.text === '(')
  return open - 1
}

function wordOf(token: SqlToken | undefined): string {
  return token?.kind === 'word' ? token.text.toLowerCase() : ''
}
