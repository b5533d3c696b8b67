/** Where a template's text goes: to SQL with a segment map, to one text value, or nowhere. */
import { lineAt, spanOf, type SourceText } from '../syntax/source-text.ts'
import type { Segment } from '../template.ts'
import type { LiteralPlace, Writer } from './evaluation.ts'
import { isUnknown, type Unknown } from './value.ts'

export function createSqlWriter(): Writer & {
  result(): { readonly sql: string; readonly map: readonly Segment[] }
} {
  const pieces: string[] = []
  const map: Segment[] = []
  let length = 0
  const append = (text: string): void => {
    pieces.push(text)
    length += text.length
  }
  return {
    literal(text, source, place) {
      addLines(map, length, { text, source, place })
      append(text)
    },
    printed(text, frame, range) {
      if (isUnknown(text) || text === '') return
      const span = spanOf(frame.source, range)
      map.push({ start: length, span, isLiteral: false, callers: frame.callers })
      append(text)
    },
    result: () => ({ sql: pieces.join(''), map }),
  }
}

/** One segment a line, so that inside a segment only the column moves. */
function addLines(
  map: Segment[],
  start: number,
  input: { readonly text: string; readonly source: SourceText; readonly place: LiteralPlace },
): void {
  const { text, source, place } = input
  let line = lineAt(source.lineStarts, place.offset)
  for (let from = 0; from < text.length; ) {
    const lineStart = source.lineStarts[line] ?? 0
    const end = Math.min(
      (source.lineStarts[line + 1] ?? Number.POSITIVE_INFINITY) - place.offset,
      text.length,
    )
    map.push({
      start: start + from,
      span: {
        path: source.path,
        line: line + 1,
        column: place.offset + from - lineStart + 1,
        length: end - from,
      },
      isLiteral: true,
      callers: place.callers,
    })
    from = end
    line += 1
  }
}

/** The text of a macro called as a value. */
export function createTextWriter(): Writer & { result(): string | Unknown } {
  const pieces: string[] = []
  let unknown: Unknown | undefined
  return {
    literal: (text) => {
      pieces.push(text)
    },
    printed: (text) => {
      if (isUnknown(text)) unknown ??= text
      else pieces.push(text)
    },
    result: () => unknown ?? pieces.join(''),
  }
}

export const nowhere: Writer = { literal: () => undefined, printed: () => undefined }
