import { defineMacro, identifier, joined, raw, sql } from 'assay'

/** Text goes in as a literal, whatever is in it. */
export const label_of = defineMacro(
  { args: { column: 'string', labels: 'dict', otherwise: { type: 'string', default: "it's none" } } },
  (_, { column, labels, otherwise }) => {
    const cases = Object.entries(labels).map(
      ([value, label]) => sql`when ${value} then ${String(label)}`,
    )
    return sql`case ${identifier(column)} ${joined(cases, ' ')} else ${otherwise} end`
  },
)

/** A list, to go through. */
export const levels = defineMacro({}, (context) => {
  const count = Number(context.var('levels', 3))
  return Array.from({ length: count }, (_, index) => `level_${index + 1}`)
})

export const engine = defineMacro({}, () => raw("'any'"))

export const engineOnPostgres = defineMacro(
  { name: 'engine', adapter: 'postgres' },
  ({ adapter, target }) => sql`${`${adapter} ${String(target['type'])}`}`,
)
