/** Turns offsets in a file's text into spans that a diagnostic can show. */
import type { SourceSpan } from '../../../core/diagnostic.ts'

export interface SourceText {
  /** Relative to the project, forward slashes. */
  readonly path: string
  readonly text: string
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[]
}

/** A stretch of a file's text, in characters; `end` is exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

export function createSourceText(path: string, text: string): SourceText {
  const lineStarts = [0]
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) {
    lineStarts.push(index + 1)
  }
  return { path, text, lineStarts }
}

/** The length of a range over several lines ends with its first line. */
export function spanOf(source: SourceText, range: Range): SourceSpan {
  const line = lineAt(source.lineStarts, range.start)
  const start = source.lineStarts[line] ?? 0
  const next = source.lineStarts[line + 1]
  const lineEnd = next === undefined ? source.text.length : next - 1
  return {
    path: source.path,
    line: line + 1,
    column: range.start - start + 1,
    length: Math.max(1, Math.min(range.end, lineEnd) - range.start),
  }
}

/** 0-based index of the line that holds the offset. */
export function lineAt(lineStarts: readonly number[], offset: number): number {
  let low = 0
  let high = lineStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
