/** An interval around its estimate as a small drawing, on an axis that all rows of a table share. */
import { drawing } from '../show/element.ts'

export interface Interval {
  readonly low: number
  readonly middle: number
  readonly high: number
  /** A wider one; null: there is none. */
  readonly reach: readonly [number, number] | null
}

const width = 140
const height = 22

/** As wide as the widest of these, with zero in the middle: others are cut at its ends. */
export function reachOf(intervals: readonly (Interval | null)[]): number {
  const ends = intervals.flatMap((each) =>
    each === null ? [] : [each.low, each.high, ...(each.reach ?? [])].map(Math.abs),
  )
  return Math.max(0, ...ends) * 1.05 || 1
}

export function drawInterval(
  { low, middle, high, reach: wider }: Interval,
  reach: number,
): SVGElement {
  const place = (value: number) => Math.max(0, Math.min(width, ((value / reach + 1) / 2) * width))
  const y = height / 2
  return drawing(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, class: 'interval', 'aria-hidden': 'true' },
    [
      drawing('line', { class: 'zero', x1: width / 2, x2: width / 2, y1: 0, y2: height }),
      ...(wider === null
        ? []
        : [
            drawing('line', {
              class: 'reach',
              x1: place(wider[0]),
              x2: place(wider[1]),
              y1: y,
              y2: y,
            }),
          ]),
      drawing('line', { class: 'span', x1: place(low), x2: place(high), y1: y, y2: y }),
      drawing('circle', { class: 'middle', cx: place(middle), cy: y, r: 4 }),
    ],
  )
}

/** How much of the whole, as a bar. */
export function drawShare(share: number, color: number): SVGElement {
  return drawing(
    'svg',
    {
      viewBox: '0 0 100 10',
      class: 'share',
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    [
      drawing('rect', { class: 'share-whole', width: 100, height: 10 }),
      drawing('rect', {
        class: `share-part fill-${color}`,
        width: Math.max(0, Math.min(100, share * 100)),
        height: 10,
      }),
    ],
  )
}
