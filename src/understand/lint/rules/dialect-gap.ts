/** `dialect-gap`: SQL that another database of the project's targets lacks, or reads otherwise. */
import { dialectGaps } from '../dialect-gaps.ts'
import { type Found, type LintedModel, shown } from '../linted-model.ts'

const gaps = Object.values(dialectGaps)
const anywhere = gaps.filter(({ word }) => word === undefined)
/** Most gaps are functions, and most tokens the name of none. */
const byWord = new Map(
  gaps.flatMap((gap) => (gap.word === undefined ? [] : [[gap.word, gap] as const])),
)

export function findDialectGaps(model: LintedModel): readonly Found[] {
  const { view } = model.query
  return view.words.flatMap((word, from) => {
    const own = byWord.get(word)
    const asked = own === undefined ? anywhere : [...anywhere, own]
    const found = asked.flatMap(({ at, differs, hint }) => {
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
