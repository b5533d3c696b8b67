/** Keys, scalars and flow collections that begin and end on one line, for the reader of plain YAML. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import {
  type PlacedEntry,
  type PlacedScalar,
  type PlacedValue,
  placedScalar,
} from './placed-value.ts'
import type { Line } from './plain-lines.ts'
import { readPlainScalar } from './read-scalar.ts'

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
export function readKey(line: Line, start: number): Key | undefined {
  const { text } = line
  const quoted = readQuoted(text, start)
  if (quoted !== undefined) {
    const isKey = text[quoted.end] === ':' && isSpace(text[quoted.end + 1])
    if (!isKey) return undefined
    const span = spanOf(line, start, quoted.end)
    return { key: quoted.value, span, end: quoted.end + 1 }
  }
  if (!mayBegin(text, start)) return undefined
  const colon = colonAfter(text, start)
  if (colon === undefined || colon - start > longestKey) return undefined
  const key = text.slice(start, colon)
  if (key === '' || key === '<<' || key.endsWith(' ') || key.includes(' #')) return undefined
  return { key, span: spanOf(line, start, start + key.length), end: colon + 1 }
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
export function readFlowOrScalar(line: Line, start: number): PlacedValue | undefined {
  const first = line.text[start]
  if (first !== '[' && first !== '{' && first !== '"' && first !== "'")
    return readPlain(line, start)
  const read = readFlow(line, start, 0)
  if (read === undefined) return undefined
  const end = skipSpaces(line.text, read.end)
  return commentOrEnd(line.text, end) ? read.value : undefined
}

function readPlain(line: Line, start: number): PlacedScalar | undefined {
  const { text } = line
  if (!mayBegin(text, start)) return undefined
  const comment = text.indexOf(' #', start)
  const written = (comment < 0 ? text.slice(start) : text.slice(start, comment)).trimEnd()
  if (colonAfter(written, 0) !== undefined) return undefined
  return placedScalar(
    readPlainScalar(written),
    spanOf(line, start, start + written.length),
    written,
  )
}

function readQuoted(text: string, start: number): Read<string> | undefined {
  const quote = text[start]
  if (quote !== '"' && quote !== "'") return undefined
  const pattern =
    quote === '"' ? /"(?:[^"\\]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"/y : /'(?:[^']|'')*'/y
  pattern.lastIndex = start
  const written = pattern.exec(text)?.[0]
  if (written === undefined) return undefined
  const end = start + written.length
  if (quote === "'") return { value: written.slice(1, -1).replaceAll("''", "'"), end }
  const value: unknown = JSON.parse(written)
  return typeof value === 'string' ? { value, end } : undefined
}

const deepestFlow = 50

/** One value inside `[..]` or `{..}`, or such a collection itself. */
function readFlow(line: Line, start: number, depth: number): Read<PlacedValue> | undefined {
  const { text } = line
  if (depth > deepestFlow) return undefined
  if (text[start] === '[') return readFlowList(line, start, depth)
  if (text[start] === '{') return readFlowMap(line, start, depth)
  const quoted = readQuoted(text, start)
  if (quoted !== undefined) {
    const span = spanOf(line, start, quoted.end)
    return { value: { kind: 'scalar', value: quoted.value, span }, end: quoted.end }
  }
  if (!mayBegin(text, start) || /^[-?:][,[\]{}]/.test(text.slice(start, start + 2)))
    return undefined
  // A plain scalar here ends at a comma or bracket; a hash, or a colon that may end a key, needs the package's judgement.
  const length = text.slice(start).search(/[,[\]{}#]|:(?![\w/.-])/)
  if (length < 0 || !/[,\]}]/.test(text[start + length] ?? '')) return undefined
  const written = text.slice(start, start + length).trimEnd()
  const span = spanOf(line, start, start + written.length)
  return { value: placedScalar(readPlainScalar(written), span, written), end: start + length }
}

function readFlowList(line: Line, start: number, depth: number): Read<PlacedValue> | undefined {
  const { text } = line
  const items: PlacedValue[] = []
  let at = skipSpaces(text, start + 1)
  while (text[at] !== ']') {
    const item = readFlow(line, at, depth + 1)
    if (item === undefined) return undefined
    items.push(item.value)
    const next = afterComma(text, item.end, ']')
    if (next === undefined) return undefined
    at = next
  }
  const span = spanOf(line, start, at + 1)
  return { value: { kind: 'list', items, span }, end: at + 1 }
}

function readFlowMap(line: Line, start: number, depth: number): Read<PlacedValue> | undefined {
  const { text } = line
  const entries: PlacedEntry[] = []
  let at = skipSpaces(text, start + 1)
  while (text[at] !== '}') {
    const key = readKey(line, at)
    if (key === undefined || /[,[\]{}]/.test(text.slice(at, key.end))) return undefined
    if (entries.some((entry) => entry.key === key.key)) return undefined
    const value = readFlow(line, skipSpaces(text, key.end), depth + 1)
    if (value === undefined) return undefined
    entries.push({ key: key.key, keySpan: key.span, value: value.value })
    const next = afterComma(text, value.end, '}')
    if (next === undefined) return undefined
    at = next
  }
  const span = spanOf(line, start, at + 1)
  return { value: { kind: 'map', entries, span }, end: at + 1 }
}

/** Where the next item, or the closing bracket, begins. */
function afterComma(text: string, start: number, closing: string): number | undefined {
  const at = skipSpaces(text, start)
  if (text[at] === closing) return at
  return text[at] === ',' ? skipSpaces(text, at + 1) : undefined
}

export function skipSpaces(text: string, start: number): number {
  let at = start
  while (text[at] === ' ') at += 1
  return at
}

export function spanOf(line: Line, start: number, end: number): SourceSpan {
  return { path: line.path, line: line.number, column: start + 1, length: Math.max(1, end - start) }
}
