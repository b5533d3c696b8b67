/** The differences of a unit test's expectations to one table, which says what each row is of. */
import type { Table } from '../../../core/adapter.ts'
import type { ExpectationDiff } from './compare-expectation.ts'

/** Rows of each that come first: a terminal shows a few only, and none is to hide the next. */
const leading = 2

/** undefined: nothing differs. One difference stands as it is; a cell that an expectation has not is empty. */
export function joinSamples(diffs: readonly ExpectationDiff[]): Table | undefined {
  const [first, second] = diffs
  if (second === undefined) return first?.sample
  const head = first?.sample.columns.slice(0, 1) ?? []
  const all = diffs.flatMap(({ sample }) => sample.columns.slice(head.length))
  const columns = all.filter(
    ({ name }, index) => all.findIndex((other) => other.name === name) === index,
  )
  const parts = diffs.map(({ of, sample }) => {
    const own = sample.columns.slice(head.length).map(({ name }) => name)
    return sample.rows.map(([kind = '', ...cells]) => [
      of,
      kind,
      ...columns.map(({ name }) => cells[own.indexOf(name)] ?? ''),
    ])
  })
  const rows = [
    ...parts.flatMap((part) => part.slice(0, leading)),
    ...parts.flatMap((part) => part.slice(leading)),
  ]
  const of = { name: 'of', dataType: 'text', kind: 'text' } as const
  return { columns: [of, ...head, ...columns], rows }
}
