import { defineMacro, identifier, sql } from 'assay'

export const shout = defineMacro({ args: { column: 'string' } }, (_, { column }) => sql`upper(${identifier(column)})`)
