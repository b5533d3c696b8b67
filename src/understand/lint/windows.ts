/** The OVER behind a call to what it partitions and orders by, wherever the window is defined. */
import {
  hasWords,
  indexesWhere,
  insideOf,
  isSymbol,
  nameAt,
  type SqlView,
  type TokenRange,
} from './sql-view.ts'

/** The index of `over` behind a call, with FILTER, WITHIN GROUP and IGNORE NULLS between. */
export function overBehind(view: SqlView, closing: number): number | undefined {
  let at = closing + 1
  if (hasWords(view, at, 'within group')) at = insideOf(view, at + 2).to + 1
  if (view.words[at] === 'filter' && isSymbol(view, at + 1, '(')) at = insideOf(view, at + 1).to + 1
  if (hasWords(view, at, 'ignore nulls') || hasWords(view, at, 'respect nulls')) at += 2
  return view.words[at] === 'over' ? at : undefined
}

export interface Window {
  readonly partition: TokenRange | undefined
  readonly order: TokenRange | undefined
  readonly frame: string
  /** Its last token where it is used. */
  readonly end: number
}

/** `(partition by .. order by ..)`, or the name of one that a WINDOW clause defines. */
export function windowAt(view: SqlView, index: number): Window | undefined {
  if (isSymbol(view, index, '(')) {
    const inside = insideOf(view, index)
    return { ...readWindow(view, inside), end: inside.to }
  }
  const inside = definitionOf(view, nameAt(view, index))
  return inside === undefined ? undefined : { ...readWindow(view, inside), end: index }
}

/** `w as (` behind WINDOW. */
function definitionOf(view: SqlView, name: string | undefined): TokenRange | undefined {
  if (name === undefined) return undefined
  const at = view.tokens.findIndex(
    (_, index) =>
      nameAt(view, index) === name &&
      view.words[index + 1] === 'as' &&
      isSymbol(view, index + 2, '(') &&
      (view.words[index - 1] === 'window' || isSymbol(view, index - 1, ',')),
  )
  return at < 0 ? undefined : insideOf(view, at + 2)
}

/** A window that builds on another one has its parts. */
function readWindow(view: SqlView, inside: TokenRange): Omit<Window, 'end'> {
  const outer = (text: string) =>
    indexesWhere(
      inside,
      (at) => view.parents[at] === inside.from - 1 && hasWords(view, at, text),
    )[0]
  const [partition, order] = [outer('partition by'), outer('order by')]
  const frameStart = outer('rows') ?? outer('range') ?? outer('groups')
  const end = frameStart ?? inside.to
  const hasBase = inside.from < inside.to && ![partition, order, frameStart].includes(inside.from)
  const definition = hasBase ? definitionOf(view, nameAt(view, inside.from)) : undefined
  // Only one that is defined before: `w as (w ..)` has no end.
  const isBefore = definition !== undefined && definition.to < inside.from
  const base = isBefore ? readWindow(view, definition) : undefined
  return {
    partition:
      partition === undefined ? base?.partition : { from: partition + 2, to: order ?? end },
    order: order === undefined ? base?.order : { from: order + 2, to: end },
    frame: frameStart === undefined ? (base?.frame ?? '') : (view.words[frameStart] ?? ''),
  }
}
