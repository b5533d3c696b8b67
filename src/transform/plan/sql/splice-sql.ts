/** Puts one mapped text into another, so that every character still leads back to its file. */
import type { Segment, SegmentMap } from '../../../project/template/template.ts'

interface Text {
  readonly sql: string
  readonly map: SegmentMap
}

/** `before` and `after` are our own words around the text: they point to where the text comes from. */
export function spliceSql(
  into: Text,
  at: number,
  insert: { readonly before: string; readonly text: Text; readonly after: string },
): Text {
  const { before, text, after } = insert
  const length = before.length + text.sql.length + after.length
  const inserted = text.map.map((segment) => moved(segment, at + before.length))
  const first = inserted[0]
  const opening = first === undefined ? [] : [{ ...first, start: at, isLiteral: false }]
  return {
    sql: into.sql.slice(0, at) + before + text.sql + after + into.sql.slice(at),
    map: [
      ...into.map.filter((segment) => segment.start < at),
      ...opening,
      ...inserted,
      ...continued(into.map, at).map((segment) => moved(segment, length)),
    ],
  }
}

function moved(segment: Segment, by: number): Segment {
  return { ...segment, start: segment.start + by }
}

/** The segments from `at` on; one that began before is cut, its place moved along. */
function continued(map: SegmentMap, at: number): SegmentMap {
  const later = map.filter((segment) => segment.start >= at)
  const cut = map.findLast((segment) => segment.start < at)
  if (cut === undefined || later[0]?.start === at) return later
  const { span } = cut
  // A literal never runs over the end of a line.
  const by = cut.isLiteral ? Math.min(at - cut.start, span.length) : 0
  return [
    {
      ...cut,
      start: at,
      span: { ...span, column: span.column + by, length: Math.max(1, span.length - by) },
    },
    ...later,
  ]
}
