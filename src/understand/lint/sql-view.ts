/** SQL as tokens that know their parentheses: what the rules of lint look at instead of text. */
import { type SqlToken, tokenizeSql } from '../../project/sql/tokenize.ts'

export interface SqlView {
  readonly sql: string
  /** Without comments. */
  readonly tokens: readonly SqlToken[]
  /** Of each token: in lower case when it is a word, else empty. */
  readonly words: readonly string[]
  /** Of each token: the index of the parenthesis it stands in, -1 outside of all. */
  readonly parents: readonly number[]
  /** From an opening parenthesis to its closing one; one that is never closed ends with the tokens. */
  readonly closings: ReadonlyMap<number, number>
}

/** Tokens from `from` up to `to`, which is not among them. */
export interface TokenRange {
  readonly from: number
  readonly to: number
}

export function viewSql(sql: string): SqlView {
  const tokens = tokenizeSql(sql).filter(({ kind }) => kind !== 'comment')
  const words = tokens.map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : ''))
  const parents: number[] = []
  const closings = new Map<number, number>()
  const open: number[] = []
  tokens.forEach(({ kind, text }, index) => {
    if (kind === 'symbol' && /^[)\]}]$/.test(text)) {
      const opening = open.pop()
      if (opening !== undefined) closings.set(opening, index)
    }
    parents.push(open.at(-1) ?? -1)
    if (kind === 'symbol' && /^[([{]$/.test(text)) open.push(index)
  })
  for (const opening of open) closings.set(opening, tokens.length)
  return { sql, tokens, words, parents, closings }
}

export function isSymbol({ tokens }: SqlView, index: number, text: string): boolean {
  const token = tokens[index]
  return token?.kind === 'symbol' && token.text === text
}

/** A name in lower case, without quotes; undefined when the token is none. */
export function nameAt({ tokens, words }: SqlView, index: number): string | undefined {
  const token = tokens[index]
  if (token?.kind === 'word') return words[index]
  if (token?.kind !== 'quoted-name') return undefined
  return token.text.slice(1, -1).replaceAll('""', '"').toLowerCase()
}

/** True when the words stand at `index` one after the other. */
export function hasWords({ words }: SqlView, index: number, text: string): boolean {
  // Asked of every token: most differ in the first word.
  const first = words[index] ?? ''
  if (first === '' || !text.startsWith(first)) return false
  return text.split(' ').every((word, offset) => words[index + offset] === word)
}

/** The tokens between a parenthesis and its closing one. */
export function insideOf({ closings, tokens }: SqlView, opening: number): TokenRange {
  return { from: opening + 1, to: closings.get(opening) ?? tokens.length }
}

/** The range cut at the commas that stand in no parenthesis of its own. */
export function splitAtCommas(view: SqlView, range: TokenRange): readonly TokenRange[] {
  const parts: TokenRange[] = []
  const parent = view.parents[range.from]
  let from = range.from
  for (let index = range.from; index < range.to; index += 1) {
    if (view.parents[index] !== parent || !isSymbol(view, index, ',')) continue
    parts.push({ from, to: index })
    from = index + 1
  }
  if (from < range.to) parts.push({ from, to: range.to })
  return parts
}

/** Each index of the range that satisfies the condition. */
export function indexesWhere(
  range: TokenRange,
  isWanted: (index: number) => boolean,
): readonly number[] {
  const found: number[] = []
  for (let index = range.from; index < range.to; index += 1) {
    if (isWanted(index)) found.push(index)
  }
  return found
}

/** The names of columns in an expression, in lower case: of `t.a` the last part, and no function's. */
export function columnNames(view: SqlView, range: TokenRange): readonly string[] {
  return indexesWhere(range, (index) => {
    if (isSymbol(view, index + 1, '(') || isSymbol(view, index + 1, '.')) return false
    return nameAt(view, index) !== undefined
  }).flatMap((index) => nameAt(view, index) ?? [])
}

/** The tokens in lower case with a blank between: two expressions of one text are one. */
export function normalText({ tokens }: SqlView, { from, to }: TokenRange): string {
  return tokens
    .slice(from, to)
    .map(({ kind, text }) =>
      kind === 'string' || kind === 'quoted-name' ? text : text.toLowerCase(),
    )
    .join(' ')
}
