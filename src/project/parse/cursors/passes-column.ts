/** Tells whether every SELECT of a projection hands a column on as it is, perhaps under another name. */
import { type SqlToken, tokenizeSql } from '../../sql/tokenize.ts'

export interface PassedColumn {
  readonly from: string
  /** Its name in the result. */
  readonly to: string
}

/** The SQL has no joins, groups or subqueries but CTEs and nested FROMs (`findMixing`). In doubt it does not. */
export function passesColumn(sql: string, column: PassedColumn): boolean {
  const tokens = tokenizeSql(sql).filter((token) => token.kind !== 'comment')
  const names = { from: column.from.toLowerCase(), to: column.to.toLowerCase() }
  return tokens.every((token, index) => {
    if (token.kind !== 'word' || token.text.toLowerCase() !== 'select') return true
    return listPasses(itemsAfter(tokens, index), names)
  })
}

type Item = readonly SqlToken[]

/** What stands between commas, up to the FROM of the same level. */
function itemsAfter(tokens: readonly SqlToken[], select: number): readonly Item[] {
  const items: SqlToken[][] = [[]]
  let depth = 0
  for (const token of tokens.slice(select + 1)) {
    if (/^[([{]$/.test(token.text)) depth += 1
    if (/^[)\]}]$/.test(token.text)) depth -= 1
    const isEnd = token.kind === 'word' && token.text.toLowerCase() === 'from'
    if (depth < 0 || (depth === 0 && isEnd)) break
    if (depth === 0 && token.text === ',') items.push([])
    else items.at(-1)?.push(token)
  }
  return items
}

function listPasses(items: readonly Item[], names: PassedColumn): boolean {
  let isPassed = false
  for (const item of items) {
    if (isStar(item)) {
      isPassed = true
      continue
    }
    const plain = plainColumn(item)
    const output = plain?.to ?? aliasOf(item)
    const isNamed = output === names.from || output === names.to
    if (plain === undefined) {
      // Another value under its name, or a star that leaves something out.
      if (isNamed || item.some((token) => token.text === '*' && item[0] === token)) return false
      continue
    }
    const isSource = plain.from === names.from || plain.from === names.to
    if (isNamed && !isSource) return false
    if (isNamed && isSource) isPassed = true
  }
  return isPassed
}

/** `*` or `t.*`, and nothing behind it. */
function isStar(item: Item): boolean {
  return item.at(-1)?.text === '*' && (item.length === 1 || item.at(-2)?.text === '.')
}

/** `x`, `t.x`, `x as y`, `x y` */
function plainColumn(item: Item): PassedColumn | undefined {
  const path = [...item]
  const last = path.at(-1)
  if (last === undefined || !isName(last)) return undefined
  let to = nameOf(last)
  const before = path.at(-2)
  const hasAs = before?.kind === 'word' && before.text.toLowerCase() === 'as'
  if (hasAs) path.splice(-2)
  else if (before !== undefined && isName(before)) path.splice(-1)
  const isPath = path.every((token, index) =>
    index % 2 === 0 ? isName(token) : token.text === '.',
  )
  const source = path.at(-1)
  if (!isPath || path.length % 2 === 0 || source === undefined) return undefined
  if (path.length === item.length) to = nameOf(source)
  return { from: nameOf(source), to }
}

function aliasOf(item: Item): string | undefined {
  const last = item.at(-1)
  return last !== undefined && isName(last) ? nameOf(last) : undefined
}

function isName({ kind }: SqlToken): boolean {
  return kind === 'word' || kind === 'quoted-name'
}

function nameOf({ kind, text }: SqlToken): string {
  const bare = kind === 'quoted-name' ? text.slice(1, -1).replaceAll('""', '"') : text
  return bare.toLowerCase()
}
