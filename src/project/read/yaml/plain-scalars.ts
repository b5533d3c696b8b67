/** Keys, scalars and flow collections that begin and end on one line, for the reader of plain YAML. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import {
  type PlacedEntry,
  type PlacedScalar,
  type PlacedValue,
  placedScalar,
} from './placed-value.ts'
import { readPlainScalar } from './read-scalar.ts'

/** A line and where in it to begin. */
export interface PlainText {
  readonly path: string
  readonly line: number
  readonly text: string
  readonly start: number
}

interface Key {
  readonly key: string
  readonly span: SourceSpan
  /** Behind the colon. */
  readonly end: number
}

interface Read<T> {
  readonly value: T
  readonly end: number
}

/** Characters with a meaning of their own at the beginning of a scalar. */
const indicators = new Set('[]{},#&*!|>\'"%@`')
const longestKey = 1000

export function commentOrEnd(text: string, start: number): boolean {
  return start >= text.length || (text[start] === '#' && text[start - 1] === ' ')
}

/** undefined: no key stands here, or one that is not plain. */
export function readKey(source: PlainText): Key | undefined {
  const { text, start } = source
  const quoted = readQuoted(source)
  if (quoted !== undefined) {
    const isKey = text[quoted.end] === ':' && isSpace(text[quoted.end + 1])
    if (!isKey) return undefined
    const span = spanOf(source, start, quoted.end)
    return { key: quoted.value, span, end: quoted.end + 1 }
  }
  if (!mayBegin(text, start)) return undefined
  const colon = colonAfter(text, start)
  if (colon === undefined || colon - start > longestKey) return undefined
  const key = text.slice(start, colon).trimEnd()
  if (key === '' || key === '<<' || key.includes(' #')) return undefined
  return { key, span: spanOf(source, start, start + key.length), end: colon + 1 }
}

/** Where a key ends: at a colon with a space, or the end of the line, behind it. */
function colonAfter(text: string, start: number): number | undefined {
  for (let at = text.indexOf(':', start); at >= 0; at = text.indexOf(':', at + 1)) {
    if (isSpace(text[at + 1])) return at
  }
  return undefined
}

function isSpace(character: string | undefined): boolean {
  return character === undefined || character === ' '
}

function mayBegin(text: string, start: number): boolean {
  const first = text[start]
  if (first === undefined || indicators.has(first)) return false
  return !('-?:'.includes(first) && isSpace(text[start + 1]))
}

/** The whole rest of the line, but for a comment. */
export function readFlowOrScalar(source: PlainText): PlacedValue | undefined {
  const first = source.text[source.start]
  if (first !== '[' && first !== '{' && first !== '"' && first !== "'") return readPlain(source)
  const read = readFlow(source, 0)
  if (read === undefined) return undefined
  const end = skipSpaces(source.text, read.end)
  return commentOrEnd(source.text, end) ? read.value : undefined
}

function readPlain(source: PlainText): PlacedScalar | undefined {
  const { text, start } = source
  if (!mayBegin(text, start) || colonAfter(text, start) !== undefined) return undefined
  const comment = text.indexOf(' #', start)
  const written = (comment < 0 ? text.slice(start) : text.slice(start, comment)).trimEnd()
  return placedScalar(
    readPlainScalar(written),
    spanOf(source, start, start + written.length),
    written,
  )
}

function readQuoted(source: PlainText): Read<string> | undefined {
  const quote = source.text[source.start]
  if (quote !== '"' && quote !== "'") return undefined
  const pattern =
    quote === '"' ? /"(?:[^"\\]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"/y : /'(?:[^']|'')*'/y
  pattern.lastIndex = source.start
  const written = pattern.exec(source.text)?.[0]
  if (written === undefined) return undefined
  const end = source.start + written.length
  if (quote === "'") return { value: written.slice(1, -1).replaceAll("''", "'"), end }
  const value: unknown = JSON.parse(written)
  return typeof value === 'string' ? { value, end } : undefined
}

const deepestFlow = 50

/** One value inside `[..]` or `{..}`, or such a collection itself. */
function readFlow(source: PlainText, depth: number): Read<PlacedValue> | undefined {
  const { text, start } = source
  if (depth > deepestFlow) return undefined
  if (text[start] === '[') return readFlowList(source, depth)
  if (text[start] === '{') return readFlowMap(source, depth)
  const quoted = readQuoted(source)
  if (quoted !== undefined) {
    const span = spanOf(source, start, quoted.end)
    return { value: { kind: 'scalar', value: quoted.value, span }, end: quoted.end }
  }
  if (!mayBegin(text, start)) return undefined
  // A plain scalar here ends at a comma or bracket; a colon or hash needs the package's judgement.
  const length = text.slice(start).search(/[,[\]{}:#]/)
  if (length < 0 || !/[,\]}]/.test(text[start + length] ?? '')) return undefined
  const written = text.slice(start, start + length).trimEnd()
  const span = spanOf(source, start, start + written.length)
  return { value: placedScalar(readPlainScalar(written), span, written), end: start + length }
}

function readFlowList(source: PlainText, depth: number): Read<PlacedValue> | undefined {
  const items: PlacedValue[] = []
  let at = skipSpaces(source.text, source.start + 1)
  while (source.text[at] !== ']') {
    const item = readFlow({ ...source, start: at }, depth + 1)
    if (item === undefined) return undefined
    items.push(item.value)
    const next = afterComma(source.text, item.end, ']')
    if (next === undefined) return undefined
    at = next
  }
  const span = spanOf(source, source.start, at + 1)
  return { value: { kind: 'list', items, span }, end: at + 1 }
}

function readFlowMap(source: PlainText, depth: number): Read<PlacedValue> | undefined {
  const entries: PlacedEntry[] = []
  let at = skipSpaces(source.text, source.start + 1)
  while (source.text[at] !== '}') {
    const key = readKey({ ...source, start: at })
    if (key === undefined || /[,[\]{}]/.test(source.text.slice(at, key.end))) return undefined
    if (entries.some((entry) => entry.key === key.key)) return undefined
    const value = readFlow({ ...source, start: skipSpaces(source.text, key.end) }, depth + 1)
    if (value === undefined) return undefined
    entries.push({ key: key.key, keySpan: key.span, value: value.value })
    const next = afterComma(source.text, value.end, '}')
    if (next === undefined) return undefined
    at = next
  }
  const span = spanOf(source, source.start, at + 1)
  return { value: { kind: 'map', entries, span }, end: at + 1 }
}

/** Where the next item, or the closing bracket, begins. */
function afterComma(text: string, start: number, closing: string): number | undefined {
  const at = skipSpaces(text, start)
  if (text[at] === closing) return at
  return text[at] === ',' ? skipSpaces(text, at + 1) : undefined
}

function skipSpaces(text: string, start: number): number {
  let at = start
  while (text[at] === ' ') at += 1
  return at
}

function spanOf(source: PlainText, start: number, end: number): SourceSpan {
  return {
    path: source.path,
    line: source.line,
    column: start + 1,
    length: Math.max(1, end - start),
  }
}
