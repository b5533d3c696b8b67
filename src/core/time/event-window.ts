/** Spans of event time, and how much of its inputs a model is given because of one. */

/** ISO 8601, UTC; the start belongs to it, the end does not. */
export interface EventWindow {
  readonly start: string
  readonly end: string
}

/** What a model sees of what it reads; undefined in its place: all of it. */
export type InputLimit =
  /** No row at all. */
  | { readonly kind: 'none'; readonly title: string }
  /** Of inputs with an `event_time`, the rows of the window; the others whole. */
  | { readonly kind: 'window'; readonly window: EventWindow; readonly title: string }

/** What is left of `windows` without `taken`, each in order of its own. */
export function subtractWindows(
  windows: readonly EventWindow[],
  taken: readonly EventWindow[],
): readonly EventWindow[] {
  return taken.reduce<readonly EventWindow[]>(
    (left, { start, end }) =>
      left.flatMap((window) => {
        if (window.end <= start || window.start >= end) return [window]
        const parts = [
          { start: window.start, end: start },
          { start: end, end: window.end },
        ]
        return parts.filter((part) => part.start < part.end)
      }),
    windows,
  )
}

/** As SQL takes it for a date, a timestamp and a timestamp with time zone alike: `2026-01-31 00:00:00+00`. */
export function momentText(iso: string): string {
  const text = new Date(iso).toISOString()
  const [day = '', time = ''] = text.slice(0, -1).split('T')
  return `${day} ${time.endsWith('.000') ? time.slice(0, -4) : time}+00`
}

/** The rows of the window, by a column that is quoted already. */
export function inWindow(
  column: string,
  { start, end }: EventWindow,
  literal: (text: string) => string,
): string {
  return `${column} >= ${literal(momentText(start))}\nand ${column} < ${literal(momentText(end))}`
}
