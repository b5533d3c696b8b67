/** A metric to the columns that it names and that its model, by its contract, has not. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import type { ModelNode } from '../../../core/node.ts'
import type { PlacedText } from '../../read/config-entry.ts'
import type { MetricEntry } from '../../read/properties/property-file.ts'

/** Without an enforced contract nothing tells the columns before the database does. */
export function unknownMetricColumns(
  entry: MetricEntry,
  { name: modelName, contract }: ModelNode,
): readonly Diagnostic[] {
  if (contract === undefined) return []
  const names = contract.columns.map(({ name }) => name)
  const known = new Set(names.map((name) => name.toLowerCase()))
  return namedIn(entry)
    .filter(({ column }) => !known.has(column.toLowerCase()))
    .map(({ key, column, place }) => {
      const nearest = nearestName(column, names)
      return errorDiagnostic({
        code: 'unknown-column',
        message: `expected "${key}" of the metric "${entry.name}" to name columns of "${modelName}", found "${column}"`,
        span: place.span,
        hint:
          nearest === undefined
            ? `it has ${names.map((each) => `"${each}"`).join(', ')}`
            : `did you mean "${nearest}"?`,
      })
    })
}

interface Named {
  readonly key: string
  readonly column: string
  readonly place: PlacedText
}

function namedIn(entry: MetricEntry): readonly Named[] {
  const { dimensions, time, filters, measure, numerator, denominator } = entry
  const measures = [measure, numerator, denominator].filter((each) => each !== undefined)
  const of = (key: string, places: readonly PlacedText[], columnOf: (text: string) => string) =>
    places.flatMap((place) => {
      const column = columnOf(place.text)
      return column === '' ? [] : [{ key, column, place }]
    })
  return [
    ...of('dimensions', dimensions, (text) => text),
    ...of('time', time === undefined ? [] : [time], (text) => text),
    ...measures.flatMap(({ expr }) => of('expr', expr === undefined ? [] : [expr], wholeColumn)),
    ...[...filters, ...numeratorFilters(entry)].flatMap((place) =>
      of('filters', [place], comparedColumn),
    ),
  ]
}

/** Those of the measure itself are the metric's. */
function numeratorFilters({ numerator, denominator }: MetricEntry): readonly PlacedText[] {
  return [...(numerator?.filters ?? []), ...(denominator?.filters ?? [])]
}

/** Of more than a column only the database knows what is a column. */
function wholeColumn(text: string): string {
  const [, column = ''] = /^\s*([A-Za-z_]\w*)\s*$/.exec(text) ?? []
  return /^(?:true|false|null|current_\w+)$/i.test(column) ? '' : column
}

/** `country = 'NL'`: what a condition begins with. */
function comparedColumn(text: string): string {
  const operator = String.raw`(?:[=<>]|!=|(?:not\s+)?(?:in|between|i?like)\b|is\b)`
  return new RegExp(String.raw`^\s*([A-Za-z_]\w*)\s*${operator}`, 'i').exec(text)?.[1] ?? ''
}
