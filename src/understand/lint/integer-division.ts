/** Divisions of which both sides are whole numbers by their text alone. */
import { insideOf, isSymbol, type SqlView } from './sql-view.ts'

/** The `/` itself; undefined when a side may be another kind of number. */
export function integerDivisionAt(view: SqlView, index: number): number | undefined {
  if (!isSymbol(view, index, '/')) return undefined
  const right = wholeFrom(view, index + 1)
  if (right === undefined || isSymbol(view, right + 1, '::')) return undefined
  return isWholeBefore(view, index) ? index : undefined
}

/** The operand that ends before `end`, and all that it is multiplied with. */
function isWholeBefore(view: SqlView, end: number): boolean {
  for (let behind = end; ; ) {
    const start = startOfOperand(view, behind - 1)
    if (start === undefined || wholeFrom(view, start) !== behind - 1) return false
    if (!isSymbol(view, start - 1, '*')) return !isSymbol(view, start - 1, '/')
    behind = start - 1
  }
}

function startOfOperand(view: SqlView, last: number): number | undefined {
  if (view.tokens[last]?.kind === 'number') return last
  const opening = [...view.closings].find(([, closing]) => closing === last)?.[0]
  return opening === undefined || (view.words[opening - 1] ?? '') === '' ? undefined : opening - 1
}

/** The last token of a whole number that begins at `index`: a literal, `count(..)`, `sum` of literals, `nullif` of those. */
function wholeFrom(view: SqlView, index: number): number | undefined {
  const token = view.tokens[index]
  if (token?.kind === 'number') return /^\d+$/.test(token.text) ? index : undefined
  const name = view.words[index] ?? ''
  if (!isSymbol(view, index + 1, '(') || isSymbol(view, index - 1, '.')) return undefined
  const inside = insideOf(view, index + 1)
  if (name === 'count') return inside.to
  if (name === 'nullif') {
    const first = wholeFrom(view, inside.from)
    return first !== undefined && isSymbol(view, first + 1, ',') ? inside.to : undefined
  }
  return name === 'sum' && isSumOfLiterals(view, inside) ? inside.to : undefined
}

/** `sum(1)`, `sum(case when x then 1 else 0 end)`. */
function isSumOfLiterals(
  view: SqlView,
  inside: { readonly from: number; readonly to: number },
): boolean {
  const isWhole = (at: number) => /^\d+$/.test(view.tokens[at]?.text ?? '')
  if (inside.to - inside.from === 1) return isWhole(inside.from)
  if (view.words[inside.from] !== 'case' || view.words[inside.to - 1] !== 'end') return false
  for (let at = inside.from; at < inside.to; at += 1) {
    const isResult = view.words[at] === 'then' || view.words[at] === 'else'
    const isOver = ['when', 'else', 'end'].includes(view.words[at + 2] ?? '')
    if (isResult && !(isWhole(at + 1) && isOver)) return false
  }
  return true
}
