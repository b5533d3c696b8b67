/** `dialect-gap`: SQL that another database of the project's targets lacks, or reads otherwise. */
import { dialectGaps } from '../dialect-gaps.ts'
import { type Found, type LintedModel, shown } from '../linted-model.ts'

export function findDialectGaps(model: LintedModel): readonly Found[] {
  const { view } = model.query
  const gaps = Object.values(dialectGaps)
  return view.tokens.flatMap((_, from) => {
    const found = gaps.flatMap(({ at, differs, hint }) => {
      const to = at(view, from)
      return to === undefined ? [] : [{ to, differs, hint }]
    })
    return found.slice(0, 1).map(({ to, differs, hint }) => ({
      code: 'dialect-gap' as const,
      from,
      to,
      message: `expected SQL that all targets read alike, found "${shown(model, from, to)}": ${differs}`,
      hint,
    }))
  })
}
