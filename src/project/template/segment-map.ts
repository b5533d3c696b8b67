/** Leads an offset in compiled SQL back to the place in a template or macro file that it came from. */
import type { RelatedPlace, SourceSpan } from '../../core/diagnostic.ts'
import type { Segment, SegmentMap } from './template.ts'

export interface Place {
  readonly span: SourceSpan
  /** The macro calls that led there, innermost first. */
  readonly related: readonly RelatedPlace[]
  /** What a fault there means, where a config gave the text. */
  readonly says?: string
  /** As of the segment. */
  readonly config?: string
}

/** undefined for an offset before the first segment. One past the end is the place just behind the last character. */
export function locate(map: SegmentMap, offset: number): Place | undefined {
  const segment = segmentAt(map, offset)
  if (segment === undefined) return undefined
  const { span, callers, says, config } = segment
  if (!segment.isLiteral) {
    return {
      span,
      related: callers,
      ...(says === undefined ? {} : { says }),
      ...(config === undefined ? {} : { config }),
    }
  }
  const moved = Math.min(offset - segment.start, span.length)
  return { span: { ...span, column: span.column + moved, length: 1 }, related: callers }
}

function segmentAt(map: SegmentMap, offset: number): Segment | undefined {
  let low = 0
  let high = map.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((map[middle]?.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return map[low - 1]
}

/** For SQL that has got `by` more characters in front of it. */
export function shiftMap(map: SegmentMap, by: number): SegmentMap {
  return map.map((segment) => ({ ...segment, start: segment.start + by }))
}
