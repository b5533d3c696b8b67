/**
 * The YAML nearly every file is written in, read ten times as fast as the yaml package reads all of YAML: block maps and
 * lists, flow collections within a line, plain and quoted scalars within a line, comments. It never judges: at
 * anything else it gives up, and the package reads the file.
 */
import { type Line, splitLines } from './plain-lines.ts'
import { commentOrEnd, readFlowOrScalar, readKey, skipSpaces, spanOf } from './plain-scalars.ts'
import type { PlacedEntry, PlacedList, PlacedMap, PlacedValue } from './placed-value.ts'

/** What stands behind a dash or a key is read as if it began a line, so every place is a line and a start in it. */
interface Reader {
  readonly lines: readonly Line[]
  /** Index of the line to be read next. */
  at: number
}

/** undefined: not plain enough, or empty. */
export function parsePlainYaml(path: string, text: string): PlacedMap | PlacedList | undefined {
  const lines = splitLines(path, text)
  const first = lines?.[0]
  if (lines === undefined || first?.indent !== 0) return undefined
  const reader: Reader = { lines, at: 0 }
  const value = readBlock(reader, first, 0)
  return reader.at === lines.length ? value : undefined
}

function readBlock(reader: Reader, line: Line, start: number): PlacedMap | PlacedList | undefined {
  return isDash(line, start) ? readList(reader, line, start) : readMap(reader, line, start)
}

function isDash({ text }: Line, start: number): boolean {
  return text[start] === '-' && (text[start + 1] === ' ' || start + 1 === text.length)
}

function readList(reader: Reader, first: Line, start: number): PlacedList | undefined {
  const items: PlacedValue[] = []
  for (let line: Line | undefined = first; line !== undefined; line = nextAt(reader, start)) {
    if (!isDash(line, start)) break
    const item = readItem(reader, line, start)
    if (item === undefined) return undefined
    items.push(item)
  }
  return { kind: 'list', items, span: spanOf(first, start, start + 1) }
}

function readItem(reader: Reader, line: Line, dash: number): PlacedValue | undefined {
  const start = skipSpaces(line.text, dash + 1)
  if (commentOrEnd(line.text, start)) {
    const below = lineBelow(reader, dash + 1)
    return below && readBlock(reader, below, below.indent)
  }
  const isBlock = isDash(line, start) || readKey(line, start) !== undefined
  return isBlock ? readBlock(reader, line, start) : readInline(reader, line, start)
}

function readMap(reader: Reader, first: Line, start: number): PlacedMap | undefined {
  const entries: PlacedEntry[] = []
  for (let line: Line | undefined = first; line !== undefined; line = nextAt(reader, start)) {
    const entry = readEntry(reader, line, start)
    if (entry === undefined || entries.some(({ key }) => key === entry.key)) return undefined
    entries.push(entry)
  }
  const span = entries[0]?.keySpan
  return span && { kind: 'map', entries, span }
}

function readEntry(reader: Reader, line: Line, indent: number): PlacedEntry | undefined {
  if (isDash(line, indent)) return undefined
  const found = readKey(line, indent)
  if (found === undefined) return undefined
  const { key, span: keySpan, end } = found
  const start = skipSpaces(line.text, end)
  if (!commentOrEnd(line.text, start)) {
    const value = readInline(reader, line, start)
    return value && { key, keySpan, value }
  }
  // A list may stand at the indentation of the key it belongs to, a map may not.
  const below = lineBelow(reader, indent)
  if (below === undefined || (below.indent === indent && !isDash(below, indent))) {
    return { key, keySpan, value: { kind: 'scalar', value: null, span: keySpan } }
  }
  const value = readBlock(reader, below, below.indent)
  return value && { key, keySpan, value }
}

function readInline(reader: Reader, line: Line, start: number): PlacedValue | undefined {
  reader.at += 1
  return readFlowOrScalar(line, start)
}

/** Ends the line the reader is on; gives the next one if it is indented at least so far. */
function lineBelow(reader: Reader, indent: number): Line | undefined {
  reader.at += 1
  const line = reader.lines[reader.at]
  return line !== undefined && line.indent >= indent ? line : undefined
}

/** The line the reader is on, if it goes on a block of this indentation. A deeper line is left unread, which ends the reading. */
function nextAt(reader: Reader, indent: number): Line | undefined {
  const line = reader.lines[reader.at]
  return line?.indent === indent ? line : undefined
}
