/**
 * The YAML nearly every file is written in, read ten times as fast as the yaml package reads all of YAML: block maps and
 * lists, flow collections within a line, plain and quoted scalars within a line, comments. It never judges: at
 * anything else it gives up, and the package reads the file.
 */
import { type Line, splitLines } from './plain-lines.ts'
import { commentOrEnd, type PlainText, readFlowOrScalar, readKey } from './plain-scalars.ts'
import type { PlacedEntry, PlacedList, PlacedMap, PlacedValue } from './placed-value.ts'

interface Reader {
  readonly path: string
  readonly lines: readonly Line[]
  /** Index of the line to be read next. */
  at: number
}

/** undefined: not plain enough, or empty. */
export function parsePlainYaml(path: string, text: string): PlacedMap | PlacedList | undefined {
  const lines = splitLines(text)
  const first = lines?.[0]
  if (lines === undefined || first === undefined) return undefined
  const reader: Reader = { path, lines, at: 0 }
  const value = readBlock(reader, { ...first, start: first.indent })
  return reader.at === lines.length ? value : undefined
}

/** The rest of a line, from `start`: what stands behind a dash or a key is read as if it began a line. */
interface Piece extends Line {
  readonly start: number
}

function readBlock(reader: Reader, piece: Piece): PlacedMap | PlacedList | undefined {
  return isDash(piece) ? readList(reader, piece) : readMap(reader, piece)
}

function isDash({ text, start }: Piece): boolean {
  return text[start] === '-' && (text[start + 1] === ' ' || start + 1 === text.length)
}

function readList(reader: Reader, first: Piece): PlacedList | undefined {
  const items: PlacedValue[] = []
  const indent = first.start
  for (let piece: Piece | undefined = first; piece !== undefined; piece = nextAt(reader, indent)) {
    if (!isDash(piece)) break
    const item = readItem(reader, piece)
    if (item === undefined) return undefined
    items.push(item)
  }
  return { kind: 'list', items, span: spanAt(reader, first, 1) }
}

function readItem(reader: Reader, piece: Piece): PlacedValue | undefined {
  const start = skipSpaces(piece.text, piece.start + 1)
  if (commentOrEnd(piece.text, start)) {
    const below = lineBelow(reader, piece.start + 1)
    return below && readBlock(reader, below)
  }
  const rest = { ...piece, start }
  if (isDash(rest) || readKey(plainText(reader, rest)) !== undefined) return readBlock(reader, rest)
  return readInline(reader, rest)
}

function readMap(reader: Reader, first: Piece): PlacedMap | undefined {
  const entries: PlacedEntry[] = []
  const known = new Set<string>()
  const indent = first.start
  for (let piece: Piece | undefined = first; piece !== undefined; piece = nextAt(reader, indent)) {
    const entry = readEntry(reader, piece)
    if (entry === undefined || known.has(entry.key)) return undefined
    known.add(entry.key)
    entries.push(entry)
  }
  const span = entries[0]?.keySpan
  return span && { kind: 'map', entries, span }
}

function readEntry(reader: Reader, piece: Piece): PlacedEntry | undefined {
  if (isDash(piece)) return undefined
  const found = readKey(plainText(reader, piece))
  if (found === undefined) return undefined
  const { key, span: keySpan, end } = found
  const start = skipSpaces(piece.text, end)
  if (!commentOrEnd(piece.text, start)) {
    const value = readInline(reader, { ...piece, start })
    return value && { key, keySpan, value }
  }
  // A list may stand at the indentation of the key it belongs to, a map may not.
  const below = lineBelow(reader, piece.start)
  if (below === undefined || (below.start === piece.start && !isDash(below))) {
    return { key, keySpan, value: { kind: 'scalar', value: null, span: keySpan } }
  }
  const value = readBlock(reader, below)
  return value && { key, keySpan, value }
}

function readInline(reader: Reader, piece: Piece): PlacedValue | undefined {
  reader.at += 1
  return readFlowOrScalar(plainText(reader, piece))
}

/** Ends the line the reader is on; gives the next one if it is indented at least so far. */
function lineBelow(reader: Reader, indent: number): Piece | undefined {
  reader.at += 1
  const line = reader.lines[reader.at]
  return line !== undefined && line.indent >= indent ? { ...line, start: line.indent } : undefined
}

/** The line the reader is on, if it goes on a block of this indentation. A deeper line is left unread, which ends the reading. */
function nextAt(reader: Reader, indent: number): Piece | undefined {
  const line = reader.lines[reader.at]
  return line?.indent === indent ? { ...line, start: indent } : undefined
}

function skipSpaces(text: string, start: number): number {
  let at = start
  while (text[at] === ' ') at += 1
  return at
}

function plainText(reader: Reader, piece: Piece): PlainText {
  return { path: reader.path, line: piece.number, text: piece.text, start: piece.start }
}

function spanAt(reader: Reader, piece: Piece, length: number): PlacedValue['span'] {
  return { path: reader.path, line: piece.number, column: piece.start + 1, length }
}
