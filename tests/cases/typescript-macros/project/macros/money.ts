import { defineMacro, identifier, sql } from 'assay'
import { rates } from './shared/rates.ts'

export const cents = defineMacro(
  {
    description: 'Cents to whole units of a currency.',
    args: {
      column: 'string',
      scale: { type: 'number', default: 2, description: 'Digits behind the point.' },
      currency: { type: 'string', default: 'EUR' },
    },
  },
  (_, { column, scale, currency }) => {
    const rate = rates[currency]
    if (rate === undefined) throw new Error(`no rate for ${currency}`)
    return sql`round(cast(${identifier(column)} as decimal(18, 4)) / 100 * ${rate}, ${scale})`
  },
)
